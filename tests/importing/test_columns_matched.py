"""A heading that was not read is said to be one of our columns, also of a column that may be left out, until the file is applied."""

import re
import threading
from contextlib import suppress

import pytest
from django.db import connections

from households.importing import applying, matching, previewing, staging, uploading
from households.models import Household, ImportRun, ImportSource
from slrt.audit.models import AuditEntry
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from slrt.core.models import OutboxJob
from tests import people
from tests.importing.families import ROSNA, bring
from tests.importing.rows import GOOD, HEAD
from tests.registry.races import PATIENCE

LACKING = f"{HEAD},ALAMAT_RUMAH,SUKA\n{GOOD},Jalan Bagindo Aziz,teh\n"


def waiting(by, data=LACKING, source=""):
    run = uploading.upload(data.encode(), "berkas.csv", by=by, source=source)
    return read_again(run)


def read_again(run):
    previewing.preview(run.pk)
    return ImportRun.objects.get(pk=run.pk)


def kept(run):
    return ImportRun.objects.values("state", "mapping", "version", "counts").get(pk=run.pk)


def test_the_preview_names_what_was_not_read_and_leads_to_matching_it(manager, browse):
    run, client = waiting(manager), browse(manager)
    page = client.get(f"/impor/{run.pk}/").content.decode()
    assert "Judul kolom yang tidak dibaca: ALAMAT_RUMAH, SUKA." in page
    assert f'href="/impor/{run.pk}/kolom/"' in page
    form = client.get(f"/impor/{run.pk}/kolom/").content.decode()
    offered = re.search(r'<select[^>]*name="column-ALAMAT">(.*?)</select>', form, re.S)[1]
    assert re.findall(r'<option value="([^"]+)"', offered) == ["ALAMAT_RUMAH", "SUKA"]
    assert 'name="column-NAMA"' not in form, "its heading was read"


def test_a_matched_column_is_read_anew_and_written(manager, browse):
    run = waiting(manager)
    answer = browse(manager).post(f"/impor/{run.pk}/kolom/", {"column-ALAMAT": "ALAMAT_RUMAH"})
    assert answer.status_code == 302
    assert (kept(run)["state"], kept(run)["counts"]) == ("uploaded", {}), "nothing that was counted before is shown"
    assert not staging.put_aside(run.pk), "nor is what was read of people kept until then"
    [line] = AuditEntry.objects.filter(verb="match_columns")
    assert (line.actor, line.from_state, line.to_state) == (manager, "previewed", "uploaded")
    assert OutboxJob.objects.filter(name="households.preview_import", args__run_id=run.pk).count() == 2
    run = read_again(run)
    assert (run.state, run.counts["ignored"]) == ("previewed", ["SUKA"])
    applying.request_apply(run, by=manager, version=run.version)
    applying.apply(run.pk)
    assert Household.objects.get().address == "Jalan Bagindo Aziz"


def test_columns_that_may_be_left_out_are_folded_below_the_required_ones_and_matched_with_them(manager, browse):
    run = waiting(manager, LACKING.replace("NAMA,", "NM_LENGKAP,"))
    page = f"/impor/{run.pk}/kolom/"
    form = browse(manager).get(page).content.decode()
    above, folded = form.split("<summary>Kolom lain (boleh dikosongkan)</summary>")
    assert 'name="column-NAMA"' in above
    assert 'name="column-ALAMAT"' in folded
    assert above.count('<option value="NM_LENGKAP"') == above.count('<option value="NIK"') == 1
    sent = {"column-NAMA": "NM_LENGKAP", "column-ALAMAT": "ALAMAT_RUMAH", "source": " Dinas "}
    browse(manager).post(page, sent)
    run = read_again(run)
    assert (run.state, run.mapping) == ("previewed", {"NM_LENGKAP": "NAMA", "ALAMAT_RUMAH": "ALAMAT"})
    assert (run.source, ImportSource.objects.get().name) == ("Dinas", "Dinas")


def test_where_every_other_heading_is_known_the_required_columns_alone_are_asked_for(manager, browse):
    run = waiting(manager, f"{HEAD.replace('NAMA,', 'NAMA_IBU,')}\n{GOOD}\n")
    form = browse(manager).get(f"/impor/{run.pk}/kolom/").content.decode()
    assert re.findall(r'<select[^>]*name="column-([^"]+)"', form) == ["NAMA"]


def test_what_was_matched_first_stays_matched_when_another_column_follows_from_the_preview(manager):
    run = waiting(manager, LACKING.replace("NAMA,", "NM_LENGKAP,"))
    assert "NAMA" in run.sentence
    run = matching.match_columns(run, {"NAMA": "NM_LENGKAP"}, by=manager, source="Dinas")
    assert run.sentence == "", "what was lacking is said no more"
    run = read_again(run)
    deputy = people.make_user("wakil", people.CAST["lestari"])
    matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=deputy, source="Dinas")
    both = {"NM_LENGKAP": "NAMA", "ALAMAT_RUMAH": "ALAMAT"}
    assert [(row.columns, row.updated_by) for row in ImportSource.objects.all()] == [(both, deputy)]
    run = read_again(run)
    assert (run.state, run.mapping) == ("previewed", both)


def test_a_heading_that_is_read_is_not_taken_from_its_column_for_one_that_may_be_left_out(manager):
    run = waiting(manager, LACKING.replace("NAMA,", "NM_LENGKAP,"))
    matching.match_columns(run, {"NAMA": "NM_LENGKAP", "ALAMAT": "NIK"}, by=manager, source="")
    assert read_again(run).mapping == {"NM_LENGKAP": "NAMA"}


def test_a_column_of_goods_is_matched_too(manager):
    run = waiting(manager, LACKING.replace("SUKA", "PUNYA KULKAS").replace("teh", "1"))
    matching.match_columns(run, {"ADA_LEMARI_ES": "PUNYA KULKAS"}, by=manager, source="")
    assert "PUNYA KULKAS" not in read_again(run).counts["ignored"]


def test_what_was_matched_is_remembered_for_the_source(manager):
    run = waiting(manager)
    matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source="Dinas")
    assert ImportSource.objects.get(name="Dinas").columns == {"ALAMAT_RUMAH": "ALAMAT"}
    read_again(run)
    assert waiting(manager, source="Dinas").counts["ignored"] == ["SUKA"]
    assert waiting(manager).counts["ignored"] == ["ALAMAT_RUMAH", "SUKA"], "of another source"


def test_a_heading_that_the_source_explains_is_neither_unknown_nor_asked_for(manager, browse):
    ImportSource.objects.create(kind="extract", name="Dinas", columns={"ALAMAT_RUMAH": "ALAMAT"}, updated_by=manager)
    run = waiting(manager, LACKING.replace("NAMA,", "NM_LENGKAP,"), source="Dinas")
    form = browse(manager).get(f"/impor/{run.pk}/kolom/").content.decode()
    assert "Judul yang belum dikenal: NM_LENGKAP, SUKA." in form
    assert 'name="column-ALAMAT"' not in form


def test_every_required_column_needs_a_heading(manager, browse):
    run = waiting(manager, LACKING.replace("NIK,NAMA,", "NO_NIK,NM_LENGKAP,"))
    before = kept(run)
    answer = browse(manager).post(f"/impor/{run.pk}/kolom/", {"column-NAMA": "NM_LENGKAP"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Pilih judul untuk kolom: NIK." in page
    assert '<option value="NM_LENGKAP" selected>' in page, "what was chosen stays chosen"
    assert kept(run) == before


def test_two_headings_that_read_alike_are_one(manager):
    run = waiting(manager, LACKING.replace("SUKA", "Alamat Rumah"))
    before = kept(run)
    with pytest.raises(GuardFailed):
        matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH", "PEKERJAAN": "Alamat Rumah"}, by=manager, source="")
    assert kept(run) == before


@pytest.mark.parametrize(
    "said",
    [
        {"ALAMAT": "SUKA", "PEKERJAAN": "SUKA"},
        {"ALAMAT": ""},
        {"ALAMAT": "TIDAK ADA"},
        {"NAMA": "SUKA"},
        {"ALAMAT": "NIK"},
    ],
    ids=["one heading twice", "nothing", "not in the file", "a column that was read", "a heading that was read"],
)
def test_what_cannot_be_is_refused_and_the_preview_stays(manager, browse, said):
    run = waiting(manager)
    before = kept(run)
    with pytest.raises(GuardFailed):
        matching.match_columns(run, said, by=manager, source="Dinas")
    answer = browse(manager).post(f"/impor/{run.pk}/kolom/", {f"column-{name}": value for name, value in said.items()})
    assert answer.status_code == 422
    assert kept(run) == before
    assert not ImportSource.objects.exists()
    applying.request_apply(run, by=manager, version=run.version)
    applying.apply(run.pk)
    assert Household.objects.count() == 1


def test_a_column_whose_heading_was_read_is_not_asked_for_below_the_required_ones(manager, browse):
    run = waiting(manager, LACKING.replace("NAMA,", "NM_LENGKAP,").replace("ALAMAT_RUMAH", "ALAMAT"))
    form = browse(manager).get(f"/impor/{run.pk}/kolom/").content.decode()
    assert 'name="column-PEKERJAAN"' in form
    assert 'name="column-ALAMAT"' not in form


def test_a_required_column_may_stand_under_the_heading_of_another_one(manager, browse):
    """Whoever made the file wrote the names of all under the heading of the mother's."""
    run = waiting(manager, LACKING.replace("NAMA,", "NAMA_IBU,"))
    page = f"/impor/{run.pk}/kolom/"
    assert '<optgroup label="Judul kolom lain">' in browse(manager).get(page).content.decode()
    assert browse(manager).post(page, {"column-NAMA": "NAMA_IBU"}).status_code == 302
    run = read_again(run)
    applying.request_apply(run, by=manager, version=run.version)
    applying.apply(run.pk)
    assert list(Household.objects.values_list("head__name", flat=True)) == ["Rosna"]


def test_a_file_of_which_every_heading_was_read_has_nothing_to_match(manager, browse):
    run = waiting(manager, f"{HEAD}\n{GOOD}\n")
    assert "Cocokkan kolom" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert browse(manager).get(f"/impor/{run.pk}/kolom/").status_code == 302


def test_a_preview_from_before_columns_were_noted_is_shown_and_leads_nowhere(manager, browse):
    run = waiting(manager)
    del run.counts["columns"]
    run.save()
    page = browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "Judul kolom yang tidak dibaca: ALAMAT_RUMAH, SUKA." in page
    assert "Cocokkan kolom" not in page
    assert browse(manager).get(f"/impor/{run.pk}/kolom/").status_code == 302


def test_a_number_in_the_name_of_a_source_is_kept_masked_and_a_long_name_short(manager):
    run = waiting(manager)
    matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source=f"Dinas {ROSNA['NIK']} {'x' * 80}")
    kept_names = {ImportRun.objects.get().source, ImportSource.objects.get().name}
    assert len(kept_names) == 1
    [name] = kept_names
    assert name.startswith("Dinas 1301••••••••0001 x")
    assert len(name) == 60


UNNAMED = LACKING.replace("NAMA,", "NM_LENGKAP,,").replace("Rosna,", "Rosna,7,")


def test_a_column_without_a_heading_is_none_that_could_be_chosen(manager, browse):
    """A first column of running numbers without a heading: what Lestari leaves open is not said to stand there."""
    run = waiting(manager, UNNAMED)
    assert run.state == "columns"
    page, before = f"/impor/{run.pk}/kolom/", kept(run)
    form = browse(manager).get(page).content.decode()
    assert "Judul yang belum dikenal: NM_LENGKAP, ALAMAT_RUMAH, SUKA." in form
    assert form.count('<option value="">') == form.count("<select"), "no choice but the one that says to choose"
    left_open = dict.fromkeys(re.findall(r'name="(column-[^"]+)"', form), "")
    assert browse(manager).post(page, left_open).status_code == 422
    assert kept(run) == before
    assert browse(manager).post(page, {**left_open, "column-NAMA": "NM_LENGKAP"}).status_code == 302
    run = read_again(run)
    assert (run.state, run.mapping) == ("previewed", {"NM_LENGKAP": "NAMA"})


def test_in_a_list_too_a_column_without_a_heading_is_none_that_was_not_read(manager, browse):
    bring(manager, ROSNA)
    data = f"NIK,HASIL,,CATATAN\n{ROSNA['NIK']},SESUAI,1,baik\n"
    run = read_again(uploading.upload(data.encode(), "hasil.csv", by=manager, kind="match"))
    assert (run.state, run.counts["ignored"]) == ("previewed", ["CATATAN"])
    page, before = f"/impor/{run.pk}/kolom/", kept(run)
    assert browse(manager).post(page, {"column-TANGGAL": ""}).status_code == 422
    assert kept(run) == before


def test_a_column_that_a_list_brought_is_not_asked_for(manager, browse):
    bring(manager, ROSNA)
    data = f"NIK,HASIL,TANGGAL,CATATAN\n{ROSNA['NIK']},SESUAI,2026-11-02,baik\n"
    run = read_again(uploading.upload(data.encode(), "hasil.csv", by=manager, kind="match"))
    assert (run.state, run.counts["ignored"]) == ("previewed", ["CATATAN"])
    assert 'name="column-TANGGAL"' not in browse(manager).get(f"/impor/{run.pk}/kolom/").content.decode()


def test_a_heading_of_two_lines_is_matched_as_a_browser_sends_it(manager, browse):
    """Alt+Enter in a spreadsheet's heading; a browser sends every end of a line as two signs."""
    run = waiting(manager, LACKING.replace("NAMA,", '"NM\nLENGKAP",'))
    assert run.state == "columns"
    answer = browse(manager).post(f"/impor/{run.pk}/kolom/", {"column-NAMA": "NM\r\nLENGKAP"})
    assert answer.status_code == 302
    run = read_again(run)
    assert (run.state, run.mapping) == ("previewed", {"NM\nLENGKAP": "NAMA"})


def test_who_does_not_import_matches_nothing_in_a_preview(manager, fitri, hendra, browse):
    run = waiting(manager)
    before = kept(run)
    with pytest.raises(NotPermitted):
        matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=fitri, source="")
    assert "Cocokkan kolom" not in browse(hendra).get(f"/impor/{run.pk}/").content.decode(), "approves, does not import"
    assert browse(hendra).post(f"/impor/{run.pk}/kolom/", {"column-ALAMAT": "ALAMAT_RUMAH"}).status_code == 403
    elsewhere = people.make_user("kota", people.Part(people.CAST["lestari"].role, "13.71"))
    assert browse(elsewhere).get(f"/impor/{run.pk}/kolom/").status_code == 404
    assert kept(run) == before


def test_an_applied_file_is_matched_no_more(manager, browse):
    run = waiting(manager)
    applying.request_apply(run, by=manager, version=run.version)
    applying.apply(run.pk)
    before = kept(run)
    with pytest.raises(TransitionNotAllowed):
        matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source="")
    assert "Cocokkan kolom" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert browse(manager).get(f"/impor/{run.pk}/kolom/").status_code == 302
    assert kept(run) == before


def test_who_still_sees_the_preview_of_before_does_not_apply_the_next_one_unseen(manager):
    run = waiting(manager)
    seen = run.version
    matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source="")
    again = read_again(run)
    with pytest.raises(TransitionNotAllowed):
        applying.request_apply(again, by=manager, version=seen)
    assert (kept(run)["state"], Household.objects.count()) == ("previewed", 0)


def test_while_another_file_of_the_area_is_read_nothing_is_matched(manager):
    run, other = waiting(manager), uploading.upload(LACKING.encode(), "lain.csv", by=manager)
    before = kept(run)
    with pytest.raises(TransitionNotAllowed):
        matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source="")
    assert kept(run) == before
    assert other.state == "uploaded"


def test_a_heading_with_a_number_in_it_is_not_offered(manager, browse):
    run = waiting(manager, LACKING.replace("SUKA", "1301994506850001"))
    form = browse(manager).get(f"/impor/{run.pk}/kolom/").content.decode()
    assert "1301994506850001" not in form
    assert "••" not in form


@pytest.mark.django_db(transaction=True)
def test_of_who_matches_and_who_applies_at_one_moment_one_is_refused_in_words(manager, monkeypatch):
    """Each locks the file and asks for the area: in different orders, both waited for ever and one met a page of faults."""
    run, came_to = waiting(manager), []
    both, ask = threading.Barrier(2), matching.claim_area

    def meet():
        with suppress(threading.BrokenBarrierError):
            both.wait(2)

    def asked(*args, **more):
        ask(*args, **more)
        meet()

    def to_ask(*args, **more):
        meet()
        ask(*args, **more)

    monkeypatch.setattr(matching, "claim_area", asked)
    monkeypatch.setattr(applying, "claim_area", to_ask)

    def attempt(act):
        try:
            act()
            came_to.append("done")
        except Exception as fault:
            came_to.append(type(fault).__name__)
        finally:
            connections.close_all()

    acts = (
        lambda: matching.match_columns(run, {"ALAMAT": "ALAMAT_RUMAH"}, by=manager, source=""),
        lambda: applying.request_apply(run, by=manager, version=run.version),
    )
    people_at_work = [threading.Thread(target=attempt, args=(act,)) for act in acts]
    for person in people_at_work:
        person.start()
    for person in people_at_work:
        person.join(PATIENCE)
    assert sorted(came_to) == ["TransitionNotAllowed", "done"]
    assert kept(run)["state"] in ("uploaded", "applying")
