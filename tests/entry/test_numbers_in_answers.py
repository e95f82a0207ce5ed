"""A NIK that is written into a line that is none for numbers is kept masked: on a visit, in a correction, in an extract."""

import ast
from uuid import uuid4

import pytest

from households import visiting
from households.forms.visit.fields import field_of
from households.forms.visit.kinds import OTHER_NUMBERS, kind_of
from households.importing import applying, previewing, uploading
from households.models import Household, Person, Visit
from households.questionnaire.books import QUESTIONNAIRES
from households.questionnaire.flow import empty_answers
from households.views.visits.words import value_of
from slrt.core import clock
from slrt.core.numbers import holds_one, masked_whole, stands_in
from slrt.local.places import BASE_DIR
from tests import cases, people
from tests.entry.homes import agreed
from tests.importing.families import ROSNA

NIK, SHOWN = "1301994506850007", "1301••••••••0007"
PARTED = "1301 9945 0685 0007"
# Boxes that are there for such a number, or for a name that the administration keeps.
FOR_NUMBERS = {"nik", "kk", "target", "other", "find_family"}
NO_WORDS = {"description", "override_for"}


def boxes():
    """Every plain one-line field that a form declares: file, name."""
    for app in ("slrt", "households", "programs", "complaints", "referrals"):
        for path in sorted((BASE_DIR / app).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
                    target = node.targets[0]
                    if isinstance(target, ast.Name) and ast.unparse(node.value.func) == "forms.CharField":
                        yield str(path.relative_to(BASE_DIR)), target.id


def test_every_line_that_is_no_number_masks_one():
    found = list(boxes())
    assert {"nik", "kk", "target"} <= {name for _path, name in found}
    assert [(path, name) for path, name in found if name not in FOR_NUMBERS | NO_WORDS] == []


@pytest.mark.parametrize(
    "text",
    ["460/1301/SLRT/XI/2026", "13.01.05.2006/01/2026", "140/13.01.05.2006/01/2026", "No. 12 Tahun 2026 tgl 01-11-2026"],
)
def test_the_number_of_a_letter_stays_as_it_is_written(text):
    assert masked_whole(text) == text
    assert masked_whole(f"{text} a.n. {NIK}") == f"{text} a.n. {SHOWN}"


def entered(client, visit, screen, **values):
    page = client.get(f"/kunjungan/{visit.pk}/isi/{screen}/")
    assert page.status_code == 200
    return client.post(f"/kunjungan/{visit.pk}/isi/{screen}/", values)


def test_lines_of_a_visit_are_kept_masked_and_its_list_shows_them_so(browse, sari):
    visit, phone = agreed(visiting.begin(by=sari, village_id=people.SAGO), sari), browse(sari)
    entered(phone, visit, "place", address=f"Rumah {NIK}", hamlet=f"Dekat {PARTED}", rt=NIK[:3], rw="001")
    person = {"nik": "", "no_nik_reason": "no_papers", "name": f"Rosna {NIK}", "birth_date": "05/06/1985"}
    entered(phone, visit, "person/m1", **person, sex="2", relation="1")
    visit.refresh_from_db()
    kept = visit.answers["household"]
    assert (kept["address"], kept["hamlet"]) == (f"Rumah {SHOWN}", f"Dekat {SHOWN}")
    assert visit.answers["members"]["m1"]["name"] == f"Rosna {SHOWN}"
    for path in ("/kunjungan/", f"/kunjungan/{visit.pk}/", f"/kunjungan/{visit.pk}/periksa/"):
        page = phone.get(path).content.decode()
        assert SHOWN in page, path
        assert NIK not in page, path
        assert PARTED not in page, path


def text_questions():
    for code, book in QUESTIONNAIRES.items():
        for screen in book.screens:
            for question in screen.questions:
                if kind_of(question) == "text":
                    yield pytest.param(question, id=f"{code}-{question.name}")


@pytest.mark.parametrize("question", list(text_questions()))
def test_a_line_of_a_code_book_is_kept_as_typed_only_where_it_is_a_number_of_its_own(question, sari):
    answers = empty_answers("bdt2015")
    field = field_of(question, answers, clock.today(), required=False)
    field.max_length, field.validators = None, []
    assert field.clean(NIK) == (NIK if question.name in OTHER_NUMBERS else SHOWN)
    assert value_of(question, {question.name: NIK}, answers) == SHOWN, "and read out masked in any case"


def test_the_name_that_was_searched_for_is_no_number(browse, sari):
    sent = {"village": people.SAGO, "q": f"Rosna {NIK}", "is": "name", "idempotency_key": str(uuid4())}
    browse(sari).post("/kunjungan/mulai/", sent)
    assert Visit.objects.get().answers["first"] == {"name": f"Rosna {SHOWN}"}


def test_a_corrected_name_and_a_new_address_are_kept_masked(browse, sari, rina):
    family = cases.family_in(people.SAGO)
    page = f"/keluarga/{family.pk}/orang/{family.head_id}/"
    given = {"version": family.version, "name": f"Rosna {NIK}", "sex": "2", "birth_date": "05/06/1985", "marital": "4"}
    given |= {"birth_place": NIK, "occupation": f"Tani {PARTED}", "reason": f"Salah tulis {NIK}"}
    answer = browse(rina).post(page, {**given, "idempotency_key": str(uuid4())}, follow=True)
    person = Person.objects.get(pk=family.head_id)
    assert (person.name, person.birth_place, person.occupation) == (f"Rosna {SHOWN}", SHOWN, f"Tani {SHOWN}"), answer
    assert not stands_in([person.name_folded, answer.content.decode()])


def test_an_extract_leaves_no_number_in_names_and_addresses(lestari, places):
    row = {**ROSNA, "NAMA": f"Rosna {PARTED}", "ALAMAT": f"Rumah {PARTED} No. 3", "TMP_LAHIR": NIK, "PEKERJAAN": "Tani"}
    text = "\n".join((",".join(row), ",".join(row.values()), ""))
    run = uploading.upload(text.encode(), "berkas.csv", by=lestari)
    previewing.preview(run.pk)
    run.refresh_from_db()
    assert not holds_one(str(run.counts))
    applying.request_apply(run, by=lestari, version=run.version)
    applying.apply(run.pk)
    run.refresh_from_db()
    assert run.state == "applied", (run.problem, run.counts)
    assert run.counts["refused"] == 0, run.counts
    person, house = Person.objects.get(), Household.objects.get()
    assert (person.name, person.birth_place, person.occupation) == (f"Rosna {SHOWN}", SHOWN, "Tani")
    assert house.address == f"Rumah {SHOWN} No. 3"
    assert not stands_in(person.name_folded)
    assert person.nik_encrypted == ROSNA["NIK"], "the number has a column of its own"
