"""The rules around the states: who may not judge, the visit record, signs against aid, exit, telling, objections, revisits, cut-off."""

from datetime import date, timedelta

import pytest

from households import exclusions
from households.cutoff import next_cutoff
from households.models import (
    ExclusionFlag,
    FieldCheck,
    Objection,
    Photo,
    Registration,
    Revisit,
    RevisitSample,
)
from households.workflow import objection, revisit
from programs.loading import load as load_programmes
from slrt.accounts.models import Assignment
from slrt.accounts.roles import Role
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted
from slrt.core.idempotency import new_key
from slrt.workflow import engine
from tests import cases, people

YESTERDAY = timedelta(days=1)


@pytest.fixture
def family(places):
    """A family of one in Sago Salido, with an address and a position."""
    row = cases.family_in(people.SAGO)
    row.household.address = "Jl. Pasar 3"
    row.household.latitude, row.household.longitude = "-1.350000", "100.570000"
    row.household.save()
    return row


def also(user, role):
    """The same person with a second role."""
    Assignment.objects.create(user=user, role=role, area_id="13.01", started_on=date(2020, 1, 1))
    return type(user).objects.get(pk=user.pk)


# -- field verification


def test_a_check_leaves_its_visit_record(family, sari):
    row, day = verifying(family), clock.today() - YESTERDAY
    cases.house_photos(family, sari)
    engine.apply(
        "found_complete", row, by=sari, visited_on=day, latitude=-1.3, longitude=100.5, findings="Lantai tanah."
    )
    check = FieldCheck.objects.get()
    assert (check.result_code, check.visited_on, check.findings, check.surveyor) == ("1", day, "Lantai tanah.", sari)
    assert (float(check.latitude), float(check.longitude)) == (-1.3, 100.5)


def test_a_visit_that_lies_ahead_is_refused(family, sari):
    row = cases.registration(family, "field_verification")
    with pytest.raises(GuardFailed) as refused:
        engine.apply("not_found", row, by=sari, note="Kosong.", visited_on=clock.today() + YESTERDAY)
    assert refused.value.field == "visited_on"
    assert not FieldCheck.objects.exists()


def verifying(family):
    """A family whose round of verification began a week ago."""
    cases.visited(family)
    return cases.registration(family, "field_verification", verification_from=clock.now() - timedelta(days=7))


def test_the_kind_of_photo_that_is_missing_is_named(family, sari, settings):
    settings.VERIFICATION_PHOTOS = {"front": 1, "inside": 2}
    row = verifying(family)
    cases.photo(family, sari, "inside"), cases.photo(family, sari, "house"), cases.photo(family, sari, "kk")
    with pytest.raises(GuardFailed) as refused:
        engine.apply("found_complete", row, by=sari)
    assert "Depan rumah (ada 0, harus 1), Dalam rumah (ada 1, harus 2)" in str(refused.value)
    assert "sejak" in str(refused.value)
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("field_verification", 0)


@pytest.mark.parametrize("why", ["older", "removed", "other house"])
def test_photos_that_do_not_count(family, sari, settings, why):
    settings.VERIFICATION_PHOTOS = {"front": 1}
    row, one = verifying(family), cases.photo(family, sari, "front")
    elsewhere = cases.family_in(people.SAGO, "Murni", "1301994506850002").household
    changed = {
        "older": {"taken_at": clock.now() - timedelta(days=8)},
        "removed": {"removed_at": clock.now()},
        "other house": {"household": elsewhere},
    }
    Photo.objects.filter(pk=one.pk).update(**changed[why])
    with pytest.raises(GuardFailed, match="Depan rumah"):
        engine.apply("found_complete", row, by=sari)
    row.refresh_from_db()
    assert (row.state, row.checks.count()) == ("field_verification", 0)


def test_the_photos_of_the_round_let_it_through_and_are_counted(family, sari, settings):
    settings.VERIFICATION_PHOTOS = {"front": 1, "kk": 1}
    row = verifying(family)
    cases.photo(family, sari, "front"), cases.photo(family, sari, "kk"), cases.photo(family, sari, "house")
    cases.photo(family, sari, "front", taken=clock.now() - timedelta(days=30))
    engine.apply("found_complete", row, by=sari)
    assert FieldCheck.objects.get().photos == 3


def test_the_round_begins_on_the_final_list(family, nurma, sari):
    paper = cases.paper(people.SAGO, nurma, "sptjm")
    row = cases.registration(family, "initial_list")
    row = engine.apply("use_sptjm", row, by=nurma, sptjm_on=clock.today(), sptjm_paper=paper)
    began = row.verification_from
    assert began == row.state_since
    row = engine.apply("begin_verification", row, by=sari)
    assert row.verification_from == began, "photos taken before the button was pressed count"


@pytest.mark.parametrize(("verb", "code"), [("is_part_of_other", "4"), ("is_duplicate", "6")])
def test_codes_4_and_6_name_the_other_family(browse, family, sari, verb, code):
    other = cases.family_in(people.SAGO, "Murni Chaniago", "1301994506850002")
    row = cases.registration(family, "field_verification")
    desk, address = browse(sari), f"/registrasi/{row.pk}/{verb}/"
    said = {"version": row.version, "idempotency_key": new_key(), "visited_on": clock.today().isoformat()}
    assert desk.post(address, {**said, "other": "1301990506100000"}).status_code == 422
    assert desk.post(address, {**said, "other": other.kk_encrypted}).status_code == 302
    row.refresh_from_db()
    assert (row.result_code, row.other_family) == (code, other)


# -- nobody judges what they entered


@pytest.mark.parametrize(
    ("verb", "state", "role"),
    [
        ("approve", "verified", Role.SUPERVISOR),
        ("verify_office", "supervisor_approved", Role.BACK_OFFICER),
        ("endorse", "office_verified", Role.HEAD_OF_OFFICE),
    ],
)
@pytest.mark.parametrize("part", ["proposed_by", "surveyor"])
def test_nobody_judges_what_they_entered(family, sari, verb, state, role, part):
    row = cases.registration(family, state, **{part: sari})
    with pytest.raises(NotPermitted, match="Anda sendiri"):
        engine.apply(verb, row, by=also(sari, role), decree_number="1", decree_on=clock.today())
    row.refresh_from_db()
    assert row.state == state


@pytest.mark.parametrize("verb", ["confirm_exit", "refuse_exit"])
def test_whoever_proposes_an_exit_does_not_decide_it(family, nurma, lestari, verb):
    row = cases.registration(family, "determined")
    both = also(nurma, Role.MANAGER)
    engine.apply("propose_exit", row, by=both, exit_evidence="Berita acara 3.", exit_reason="graduated")
    with pytest.raises(NotPermitted, match="Anda sendiri yang mengusulkan"):
        engine.apply(verb, row, by=both, note="Ya.")
    row.refresh_from_db()
    assert row.state == "exit_proposed"
    engine.apply(verb, row, by=lestari, note="Ya.")


def test_a_decree_without_a_number_is_refused_and_nothing_is_lost(browse, family, hendra):
    row = cases.registration(family, "office_verified")
    said = {"version": row.version, "idempotency_key": new_key(), "decree_on": "20/11/2026", "note": "Sesuai rapat."}
    answer = browse(hendra).post(f"/registrasi/{row.pk}/endorse/", said)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Nomor SK wajib diisi." in page
    assert "20/11/2026" in page
    assert "Sesuai rapat." in page
    row.refresh_from_db()
    assert row.state == "office_verified"


# -- signs against receiving aid


def test_signs_come_from_the_data_with_their_evidence(places):
    family = cases.family_in(people.SAGO)
    found = cases.visited(family, daya="5")
    found.person_answers.create(person=family.head, answers={"status_kerja": "5"})
    cases.registration(family, "not_found")
    row = cases.registration(family, "supervisor_approved")
    assert [sign.code for sign in exclusions.signs(row)] == ["no_address", "not_found", "state_paid", "power"]
    assert all(sign.evidence for sign in exclusions.signs(row))


def test_a_family_without_signs_passes_without_a_reason(family, rina):
    row = cases.registration(family, "supervisor_approved")
    engine.apply("verify_office", row, by=rina)
    assert not ExclusionFlag.objects.exists()


def test_a_sign_asks_for_a_reason_and_decides_nothing(browse, family, sari, rina):
    row = cases.registration(family, "supervisor_approved")
    address = f"/registrasi/{row.pk}/tanda/"
    assert browse(sari).post(address, {"code": "owner"}).status_code == 422
    browse(sari).post(address, {"code": "owner", "evidence": "Punya toko bangunan."})
    with pytest.raises(GuardFailed, match="Ada 1 tanda") as refused:
        engine.apply("verify_office", row, by=rina)
    assert refused.value.field == "override_reason"
    row.refresh_from_db()
    assert row.state == "supervisor_approved"
    engine.apply("verify_office", row, by=rina, override_reason="Toko milik saudaranya.")
    flag = ExclusionFlag.objects.get()
    assert (flag.evidence, flag.override_reason, flag.overridden_by) == (
        "Punya toko bangunan.",
        "Toko milik saudaranya.",
        rina,
    )
    assert "Toko milik saudaranya." in browse(rina).get(f"/registrasi/{row.pk}/").content.decode()


def test_signs_are_recorded_by_whoever_looks_at_families(browse, family, fitri, budi):
    row = cases.registration(family)
    said = {"code": "owner", "evidence": "Toko."}
    assert browse(fitri).post(f"/registrasi/{row.pk}/tanda/", said).status_code == 403
    assert browse(budi).post(f"/registrasi/{row.pk}/tanda/", said).status_code == 404
    assert not ExclusionFlag.objects.exists()


# -- told to the citizen


def test_results_nobody_was_told_of_are_listed(browse, family, sari):
    row = cases.registration(family, "determined", proposed_by=sari)
    cases.registration(cases.family_in(people.SAGO, "Dari Unduhan", "1301994506850002"), "determined", source="extract")
    desk = browse(sari)
    page = desk.get("/registrasi/?tab=untold").content.decode()
    assert "Rosna Tanjung" in page
    assert "Dari Unduhan" not in page
    said = {"version": row.version, "idempotency_key": new_key(), "told_on": clock.today().isoformat()}
    refused = desk.post(f"/registrasi/{row.pk}/tell/", said)
    assert "Pilih kepada siapa hasil disampaikan." in refused.content.decode()
    desk.post(f"/registrasi/{row.pk}/tell/", {**said, "told_how": "visit", "told_whom": "head"})
    row.refresh_from_db()
    assert (row.told_how, row.told_whom) == ("visit", "head")
    assert "Rosna Tanjung" not in desk.get("/registrasi/?tab=untold").content.decode()


def test_a_new_result_is_to_be_told_again(family, lestari, nurma, sari):
    row = cases.registration(family, "determined", proposed_by=sari, told_on=clock.today(), told_how="visit")
    engine.apply("propose_exit", row, by=nurma, exit_evidence="Surat pindah.", exit_reason="moved")
    engine.apply("confirm_exit", row, by=lestari)
    row.refresh_from_db()
    assert (row.told_on, row.told_how) == (None, "")
    assert Registration.objects.untold().get() == row


# -- objections


def test_an_objection_from_filing_to_its_answer(browse, family, sari, rina, settings):
    settings.OBJECTION_DAYS = 14
    said = {
        "kind": "contest",
        "objector": "citizen",
        "reason": "Punya dua rumah.",
        "filed_on": clock.today().isoformat(),
    }
    desk = browse(sari)
    page = desk.post(f"/keluarga/{family.pk}/sanggah/", {**said, "idempotency_key": new_key()})["Location"]
    row = Objection.objects.get()
    assert (row.get_state_display(), row.due_on) == ("Diajukan", clock.today() + timedelta(days=14))
    again = desk.post(f"/keluarga/{family.pk}/sanggah/", {**said, "idempotency_key": new_key()})
    assert "masih diproses" in again.content.decode()
    office = browse(rina)
    office.post(f"{page}take/", {"version": row.version, "idempotency_key": new_key()})
    row.refresh_from_db()
    assert row.get_state_display() == "Diproses"
    nothing = office.post(f"{page}reject/", {"version": row.version, "idempotency_key": new_key()})
    assert nothing.status_code == 422
    office.post(
        f"{page}reject/",
        {"version": row.version, "idempotency_key": new_key(), "answer": "Rumah kedua milik kakaknya."},
    )
    row.refresh_from_db()
    assert (row.get_state_display(), row.answer) == ("Ditolak", "Rumah kedua milik kakaknya.")
    assert "dua rumah" not in "".join(str(entry.details) for entry in AuditEntry.objects.all())


def test_whoever_recorded_an_objection_does_not_decide_it(family, rina, lestari):
    row = cases.objection(family, rina, "in_process")
    with pytest.raises(NotPermitted, match="Anda sendiri yang mencatat"):
        engine.apply("accept", row, by=rina, answer="Ya.")
    row.refresh_from_db()
    assert row.state == "in_process"
    engine.apply("accept", row, by=lestari, answer="Ya.")


@pytest.mark.parametrize(("said", "field"), [({"reason": " "}, "reason"), ({"filed_on": date(2999, 1, 1)}, "filed_on")])
def test_a_bad_objection_is_refused(family, sari, said, field):
    whole = {"kind": "propose", "objector": "rt_rw", "reason": "Belum didata.", "filed_on": clock.today()}
    with pytest.raises(GuardFailed) as refused:
        objection.file(family, by=sari, **{**whole, **said})
    assert refused.value.field == field
    assert not Objection.objects.exists()


def test_objections_are_not_filed_by_readers(browse, family, tomo, joko):
    assert browse(joko).get(f"/keluarga/{family.pk}/sanggah/").status_code == 403
    assert browse(tomo).get(f"/keluarga/{family.pk}/sanggah/").status_code == 404


# -- the supervisors' second look


@pytest.fixture
def verified(places):
    """Twelve verified families of the supervisor's district and one of another."""
    made = [
        cases.registration(cases.family_in(people.SAGO, f"Warga {n}", f"13019945068500{n:02d}"), "verified")
        for n in range(10, 22)
    ]
    cases.registration(cases.family_in(people.INDERAPURA, "Jauh", "1301994506850030"), "verified")
    return made


def test_a_draw_can_be_repeated(verified, joko, settings):
    settings.REVISIT_SHARE = 30
    (sample,) = revisit.draw(by=joko, seed=7)
    drawn = sorted(sample.revisits.values_list("registration_id", flat=True))
    assert len(drawn) == 4, "thirty per cent of twelve, rounded up"
    assert drawn == revisit.chosen(sample.population, sample.seed, sample.share)
    assert drawn == revisit.chosen(sample.population[::-1], 7, 30)
    assert sample.population == [row.pk for row in verified]


def test_what_was_in_the_pot_is_not_drawn_again(browse, verified, joko):
    desk = browse(joko)
    key = new_key()
    desk.post("/tinjau/undi/", {"idempotency_key": key})
    desk.post("/tinjau/undi/", {"idempotency_key": key})
    assert RevisitSample.objects.count() == 1
    desk.post("/tinjau/undi/", {"idempotency_key": new_key()})
    assert (RevisitSample.objects.count(), Revisit.objects.count()) == (1, 2)


def test_the_second_look_is_written_down(browse, verified, joko):
    revisit.draw(by=joko, seed=7)
    row = Revisit.objects.first()
    desk = browse(joko)
    said = {"version": row.version, "idempotency_key": new_key(), "revisited_on": clock.today().isoformat()}
    assert desk.post(f"/tinjau/{row.pk}/differs/", said).status_code == 422, "what differs has to be said"
    desk.post(f"/tinjau/{row.pk}/differs/", {**said, "note": "Lantai keramik, bukan tanah."})
    row.refresh_from_db()
    assert row.state == "differs"
    assert row.registration.state == "verified", "the second look moves nothing by itself"


def test_only_supervisors_draw(verified, sari):
    with pytest.raises(NotPermitted):
        revisit.draw(by=sari)
    assert not RevisitSample.objects.exists()


# -- the monthly cut-off


@pytest.mark.parametrize(
    ("today", "on", "days"),
    [
        (date(2026, 11, 16), date(2026, 11, 17), 1),
        (date(2026, 11, 17), date(2026, 11, 17), 0),
        (date(2026, 11, 18), date(2026, 12, 17), 29),
        (date(2026, 12, 31), date(2027, 1, 17), 17),
    ],
)
def test_the_next_cut_off(today, on, days):
    assert next_cutoff(today) == (type(next_cutoff(today)))(on, days)


def test_a_month_without_that_day_ends_sooner(settings):
    settings.REGISTRATION_CUTOFF_DAY = 31
    assert next_cutoff(date(2027, 2, 3)).on == date(2027, 2, 28)


@pytest.mark.parametrize(("who", "seen"), [("lestari", True), ("rina", True), ("sari", False)])
def test_the_countdown_stands_where_it_is_needed(request, browse, places, who, seen):
    desk = browse(request.getfixturevalue(who))
    for path in ("/dasbor/", "/registrasi/"):
        assert ("data-cutoff" in desk.get(path).content.decode()) is seen


# -- identity


def test_a_failed_identity_check_leads_to_a_filled_in_referral(browse, family, rina, budi):
    load_programmes()
    row = cases.registration(family, "identity_fix")
    desk = browse(rina)
    assert f"/keluarga/{family.pk}/rujuk-identitas/" in desk.get(f"/registrasi/{row.pk}/").content.decode()
    form = desk.get(f"/keluarga/{family.pk}/rujuk-identitas/", follow=True)
    page = form.content.decode()
    assert "Mohon dicocokkan dan dibetulkan" in page
    assert "Dokumen kependudukan" in page
    assert browse(budi).get(f"/keluarga/{family.pk}/rujuk-identitas/").status_code == 404
