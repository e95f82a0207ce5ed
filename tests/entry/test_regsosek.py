"""Sari makes a visit with code book Regsosek 2022-K: its own questions, its own codes, never mixed with those of BDT 2015."""

from uuid import uuid4

import pytest

from households import visiting
from households.codebook import ASKED, BOOKS
from households.forms.visit.kinds import may_be_unknown
from households.models import Family, PersonAnswers, SurveyRound, Visit
from households.questionnaire import relevant_answers, steps
from households.registry import story
from programs.selectors import facts_of, record_of
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from tests import cases, people
from tests.entry import homes, regsosek
from tests.entry.homes import agreed

BOOK = "regsosek2022k"


@pytest.fixture
def visit(sari):
    return visiting.begin(by=sari, village_id=people.SAGO, book=BOOK)


def test_a_visit_is_bdt_2015_unless_somebody_chooses_otherwise(browse, sari, settings):
    client = browse(sari)
    path = client.post("/kunjungan/mulai/", {"village": people.SAGO, "idempotency_key": str(uuid4())})["Location"]
    hub = client.get(path).content.decode()
    assert "BDT 2015" in hub
    assert "Pakai Regsosek 2022-K" in hub
    assert (Visit.objects.get().codebook, Visit.objects.get().questionnaire) == ("bdt2015", "2026-3")
    settings.VISIT_CODEBOOK = BOOK
    made = visiting.begin(by=sari, village_id=people.SAGO)
    assert (made.codebook, made.questionnaire) == (BOOK, "2022k-2")


def test_a_draft_of_before_the_choice_is_bdt_2015(sari):
    visit = visiting.begin(by=sari, village_id=people.SAGO)
    del visit.answers["book"]
    visit.save()
    assert Visit.objects.get().codebook == "bdt2015"
    assert "BDT 2015" in str(Visit.objects.get().get_codebook_display())


def test_the_facilitator_chooses_at_the_start_and_what_was_searched_for_stays(browse, sari):
    visit = visiting.begin(by=sari, village_id=people.SAGO, first={"name": "Rosna"}, kk="1301990506109001")
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/buku/", {"book": BOOK}, follow=True)
    assert "Regsosek 2022-K" in answer.content.decode()
    row = Visit.objects.get()
    assert (row.codebook, row.questionnaire) == (BOOK, "2022k-2")
    assert (row.answers["first"], row.answers["household"]) == ({"name": "Rosna"}, {"kk": "1301990506109001"})
    entry = AuditEntry.objects.get(verb="choose_book")
    assert (entry.actor, entry.details["codebook"]) == (sari, BOOK)


def test_once_the_family_has_agreed_the_book_stays(browse, sari, visit):
    draft = agreed(visit, sari)
    assert "Pakai BDT 2015" not in browse(sari).get(f"/kunjungan/{visit.pk}/").content.decode()
    answer = browse(sari).post(f"/kunjungan/{visit.pk}/buku/", {"book": "bdt2015"}, follow=True)
    assert "tidak bisa diganti lagi" in answer.content.decode()
    with pytest.raises(GuardFailed):
        visiting.choose_book(draft, "bdt2015", by=sari)
    after = Visit.objects.get()
    assert (after.answers, after.version) == (draft.answers, draft.version)
    assert not AuditEntry.objects.filter(verb="choose_book").exists()


def test_only_who_makes_the_visit_chooses_and_only_a_book_there_is(browse, sari, budi, nurma, visit):
    for who in (budi, nurma):
        assert browse(who).post(f"/kunjungan/{visit.pk}/buku/", {"book": "bdt2015"}).status_code == 404
    with pytest.raises(NotPermitted):
        visiting.choose_book(visit, "bdt2015", by=nurma)
    with pytest.raises(GuardFailed):
        visiting.choose_book(visit, "susenas", by=sari)
    assert browse(sari).get(f"/kunjungan/{visit.pk}/buku/").status_code == 405
    assert Visit.objects.get().codebook == BOOK
    visiting.refuse(visit, by=sari, reason="no_time")
    assert Visit.objects.get().codebook == BOOK
    with pytest.raises(TransitionNotAllowed):
        visiting.choose_book(visit, "bdt2015", by=sari)


def test_a_screen_of_the_other_book_is_not_there(browse, sari, visit):
    agreed(visit, sari)
    client = browse(sari)
    for screen, status in (("water", 200), ("aid", 200), ("hardship", 200), ("condition", 404), ("power", 404)):
        assert client.get(f"/kunjungan/{visit.pk}/isi/{screen}/").status_code == status, screen


def test_raw_codes_are_kept_under_their_own_book_and_shown_with_its_words(browse, sari, visit):
    draft = regsosek.enter(visit, sari)
    page = browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").content.decode()
    assert "Buku kode Regsosek 2022-K" in page
    for words in ("Tanah", "Kayu bakar", "Girik atau letter C", "BPNT atau Sembako", "Ponsel pintar"):
        assert words in page, words
    visiting.send(draft, by=sari, attested=True)
    survey = SurveyRound.objects.get()
    assert (survey.codebook, survey.consent_version) == (BOOK, "2026-1")
    kept = {name: code for name, code in regsosek.HOUSE.items() if name in BOOKS[BOOK]}
    assert {name: survey.answers[name] for name in kept} == kept
    beside = set(survey.answers) - set(BOOKS[BOOK])
    assert beside == {"tambahan", "jumlah_art", *homes.SCREENING}, "asked beside the book, and said to be"
    assert survey.answers["tambahan"] == "2026-1"
    mother = PersonAnswers.objects.get(person__name="Rosna Tanjung").answers
    assert {mother[name] for name in ("penglihatan", "pendengaran", "ingatan")} == {"4"}, "no difficulty at all"
    assert (mother["sekolah"], mother["penyakit"], mother["bekerja"], mother["hamil"]) == ("3", "1", "2", "2")
    son = PersonAnswers.objects.get(person__name="Budi Tanjung").answers
    assert (son["pendengaran"], son["berjalan"], son["bicara"], son["pengasuh"]) == ("2", "?", "3", "1")
    assert (son["sekolah"], son["hub_keluarga"], son["status_kawin"]) == ("1", "3", "1")
    receipt = browse(sari).get(f"/kunjungan/{draft.pk}/bukti/").content.decode()
    assert "Regsosek 2022-K" in receipt


@pytest.mark.parametrize(
    ("screen", "sent", "missing"),
    [
        ("house", {"luas_lantai": "24", "status_bangunan": "1"}, "bukti_lahan"),
        ("house", {"luas_lantai": "24", "status_bangunan": "6"}, ""),
        ("water", {"sumber_air": "4", "bb_masak": "1"}, "jarak_septik"),
        ("water", {"sumber_air": "12", "bb_masak": "1"}, ""),
        ("light", {"penerangan": "1"}, "daya"),
        ("light", {"penerangan": "2"}, ""),
        ("toilet", {"fasbab": "4", "buang_tinja": "1"}, "kloset"),
        ("toilet", {"fasbab": "6", "buang_tinja": "5"}, ""),
    ],
)
def test_the_server_asks_what_the_answer_above_calls_for_and_nothing_else(browse, sari, visit, screen, sent, missing):
    agreed(visit, sari)
    path = f"/kunjungan/{visit.pk}/isi/{screen}/"
    page = browse(sari).get(path).content.decode()
    assert "data-shown-if" in page, "and so does the page"
    answer = browse(sari).post(path, sent)
    assert answer.status_code == (422 if missing else 302)
    if missing:
        assert list(answer.context["form"].errors) == [missing]
    saved = screen in Visit.objects.get().answers["saved"]
    assert saved is not bool(missing)


def test_what_was_skipped_is_left_out_whatever_was_sent_along(sari, visit):
    skipped = {"status_bangunan": "2", "sumber_air": "1", "penerangan": "3", "fasbab": "6", "terima_bpnt": "2"}
    draft = regsosek.enter(visit, sari, household=skipped, m2={"ada_kesulitan": "2"})
    household, members = relevant_answers(draft.answers, clock.today())
    hidden = {"bukti_lahan", "jarak_septik", "daya", "kloset", "terima_bpnt_bulan", "terima_bpnt_tahun"}
    assert not hidden & set(household)
    assert members["m2"]["pendengaran"] == "4"
    assert "pengasuh" not in members["m2"]


def test_a_month_of_aid_is_a_month(browse, sari, visit):
    regsosek.enter(visit, sari)
    path = f"/kunjungan/{visit.pk}/isi/aid_people/"
    shown = [item.question.name for item in browse(sari).get(path).context["form"].shown]
    assert shown == ["terima_bpnt_bulan", "terima_bpnt_tahun"], "only for what the family receives"
    right = {"terima_bpnt_bulan": "6", "terima_bpnt_tahun": "2026"}
    for wrong in ({"terima_bpnt_bulan": "13"}, {"terima_bpnt_bulan": "0"}, {"terima_bpnt_tahun": "26"}):
        assert browse(sari).post(path, {**right, **wrong}).status_code == 422
    assert Visit.objects.get().answers["household"]["terima_bpnt_bulan"] == "6"


def test_a_business_is_kept_with_the_books_own_bands(browse, sari, visit):
    draft = homes.save(
        regsosek.enter(visit, sari), sari, "business_who", m1={"punya_usaha": "1"}, m2={"punya_usaha": "2"}
    )
    path = f"/kunjungan/{draft.pk}/isi/"
    assert "5 sampai 15 juta" in browse(sari).get(f"{path}business/m1/").content.decode()
    sent = {"usaha_jenis": "Warung", "usaha_tempat": "1", "usaha_omzet": "2"}
    assert browse(sari).post(f"{path}business/m1/", sent).status_code == 302
    assert browse(sari).post(f"{path}licence/m1/", {"usaha_internet_usaha": "3"}).status_code == 302
    visiting.send(draft, by=sari, attested=True)
    row = {"art": "1", "jenis": "Warung", "tempat": "1", "omzet": "2", "internet_usaha": "3"}
    survey = SurveyRound.objects.get()
    assert (survey.answers["status_art_usaha"], survey.answers["usaha"]) == ("1", [row])


def test_every_screen_takes_not_known(browse, sari, visit):
    regsosek.enter(visit, sari)
    phone, done = browse(sari), set()
    for _round in range(90):
        draft = Visit.objects.get()
        step = next((s for s in steps(draft.answers, clock.today()) if s.id not in done), None)
        if step is None:
            break
        done.add(step.id)
        if step.screen.section in ("consent", "members"):
            continue
        path = f"/kunjungan/{visit.pk}/isi/{step.screen.key}/" + (f"{step.member}/" if step.member else "")
        entered = {}
        for item in phone.get(path).context["form"].shown:
            variable = item.question.variable
            if may_be_unknown(item.question):
                entered[item.unknown or item.question.name] = "1" if item.unknown else "?"
            elif variable is not None and variable.not_known:
                entered[item.question.name] = variable.not_known
        answer = phone.post(path, entered)
        assert answer.status_code == 302, (path, answer.context["form"].errors)
    assert {"result", "labour:m1", "schooling:m2"} <= done
    sent = phone.post(f"/kunjungan/{visit.pk}/periksa/", {"attested": "on", "idempotency_key": str(uuid4())})
    assert (sent.status_code, Visit.objects.get().state) == (302, "sent")
    book, answers = ASKED[BOOK], SurveyRound.objects.get().answers
    said = {name: code for name, code in answers.items() if book[name].kind != "rows" and name != "tambahan"}
    assert {code for name, code in said.items() if code != book[name].not_known} == {"?"}


@pytest.fixture
def visited_twice(sari):
    """Rosna's family, asked with BDT 2015 first and with Regsosek 2022-K a while later."""
    first = visiting.begin(by=sari, village_id=people.SAGO)
    visiting.send(homes.enter(first, sari), by=sari, attested=True)
    family = Family.objects.get()
    second = visiting.begin(by=sari, village_id=people.SAGO, family=family, book=BOOK)
    assert not {"lantai", "dinding", "fasbab"} & set(second.answers["household"]), (
        "codes of another book are not filled in"
    )
    keys = second.answers["order"]
    own = [
        {**member, "person_id": int(key[1:])} for key, member in zip(keys, (regsosek.MOTHER, regsosek.SON), strict=True)
    ]
    draft = homes.enter(second, sari, household=regsosek.HOUSE, m1=None, m2=None, **dict(zip(keys, own, strict=True)))
    visiting.send(draft, by=sari, attested=True)
    return Family.objects.get()


def test_rounds_of_different_books_are_not_compared_and_say_so(browse, sari, visited_twice):
    newest, _oldest = story.rounds_of(visited_twice)
    assert newest.changes == []
    assert "sebelumnya BDT 2015, sekarang Regsosek 2022-K" in newest.not_compared
    history = browse(sari).get(f"/keluarga/{visited_twice.pk}/riwayat/").content.decode()
    assert "Buku kode BDT 2015" in history
    assert "Buku kode Regsosek 2022-K" in history
    page = browse(sari).get(f"/keluarga/{visited_twice.pk}/").content.decode()
    assert "sekarang Regsosek 2022-K" in page
    assert "Kesulitan mendengar: Banyak kesulitan, perlu bantuan" in page


def test_rules_read_no_code_of_the_other_book(visited_twice):
    facts = facts_of(visited_twice, record_of(visited_twice))
    assert (facts.house["lantai"], facts.house["fasbab"]) == ("9", "4"), "as BDT 2015 was answered"
    assert {member.illness for member in facts.members} == {"0"}
    assert {member.schooling for member in facts.members} == {"0", "2"}


def test_the_next_visit_with_the_same_book_begins_with_what_was_said(sari, visited_twice):
    again = visiting.begin(by=sari, village_id=people.SAGO, family=visited_twice, book=BOOK)
    assert (again.answers["household"]["lantai"], again.answers["household"]["terima_bpnt"]) == ("8", "1")
    son = next(m for m in again.answers["members"].values() if m["name"] == "Budi Tanjung")
    assert (son["ada_kesulitan"], son["pendengaran"], son["belum_sekolah"]) == ("1", "2", "1")
    with_bdt = visiting.begin(by=sari, village_id=people.SAGO, family=visited_twice)
    assert with_bdt.answers["household"]["lantai"] == "9"


def test_signs_of_poverty_are_read_with_the_books_own_codes(browse, sari, visit):
    draft = regsosek.enter(visit, sari)
    screening = browse(sari).get(f"/kunjungan/{draft.pk}/periksa/").context["screening"]
    assert {sign.key for sign in screening.present} == {"floor", "walls", "light", "hunger", "clothes"}


def test_a_known_family_of_one_begins_with_either_book(sari):
    family = cases.family_in(people.SAGO)
    for book in BOOKS:
        assert visiting.begin(by=sari, village_id=people.SAGO, family=family, book=book).codebook == book
