"""A respondent who knows nothing: every screen takes "not known", the visit is sent, and the registry says so."""

from uuid import uuid4

from households import visiting
from households.codebook import ASKED
from households.forms.visit.kinds import kind_of, may_be_unknown
from households.models import Person, PersonAnswers, SurveyRound, Visit
from households.questionnaire import steps
from slrt.core import clock
from tests import people
from tests.entry.homes import enter

# What has no "not known": see NEVER_UNKNOWN.
GIVEN = {"consent": "1", "name": "Nenek Rosna", "nik": "", "no_nik_reason": "not_known"}


def not_known(form):
    """What a facilitator ticks who gets no answer at all."""
    entered = {}
    for item in form.shown:
        name = item.question.name
        if name in GIVEN:
            entered[name] = GIVEN[name]
        elif may_be_unknown(item.question):
            entered[item.unknown or name] = "1" if item.unknown else "?"
    return entered


def test_every_screen_takes_not_known(browse, sari):
    visit = visiting.begin(by=sari, village_id=people.SAGO)
    enter(visit, sari, m2=None)
    done, phone = set(), browse(sari)
    for _round in range(80):
        draft = Visit.objects.get()
        step = next((s for s in steps(draft.answers, clock.today()) if s.id not in done), None)
        if step is None:
            break
        done.add(step.id)
        path = f"/kunjungan/{visit.pk}/isi/{step.screen.key}/" + (f"{step.member}/" if step.member else "")
        page = phone.get(path)
        assert page.status_code == 200, path
        answer = phone.post(path, not_known(page.context["form"]))
        assert answer.status_code == 302, (path, answer.context["form"].errors)
    draft = Visit.objects.get()
    assert {step.id for step in steps(draft.answers, clock.today())} <= done
    for step in steps(draft.answers, clock.today()):
        own = draft.answers["members"][step.member] if step.member else draft.answers["household"]
        for question in step.screen.questions:
            if may_be_unknown(question) and kind_of(question) not in ("members", "owned") and question.is_shown(own):
                asked = question.is_asked(draft.answers, own, clock.today())
                assert not asked or own[question.name] == "?", question.name
    # Somebody must be the head; whoever it is, is told by the people in the house.
    assert [problem.step_id for problem in visiting.problems(draft)] == ["members"]
    head = {"relation": "1", **GIVEN, "birth_date-tt": "1", "sex": "?"}
    assert phone.post(f"/kunjungan/{visit.pk}/isi/person/m1/", head).status_code == 302
    sent = phone.post(f"/kunjungan/{visit.pk}/periksa/", {"attested": "on", "idempotency_key": str(uuid4())})
    assert (sent.status_code, Visit.objects.get().state) == (302, "sent")
    person = Person.objects.get()
    assert (person.name, person.birth_date, person.sex, person.no_nik_reason) == ("Nenek Rosna", None, "", "not_known")
    survey, about = SurveyRound.objects.get(), PersonAnswers.objects.get()
    book = ASKED["bdt2015"]
    said = {name: value for name, value in survey.answers.items() if name != "tambahan" and book[name].kind != "rows"}
    assert set(said.values()) == {"?"}
    assert {value for name, value in about.answers.items() if name != "hub_keluarga"} == {"?"}
    assert phone.get(f"/keluarga/{Visit.objects.get().family_id}/").status_code == 200
