"""A heading that was matched wrongly, and is remembered so for its source, is said anew from the preview until the file is applied."""

import re

import pytest

from households.importing import applying, matching, uploading
from households.models import ImportRun, ImportSource, Person
from slrt.audit.models import AuditEntry
from slrt.core import outbox
from slrt.core.errors import GuardFailed, NotPermitted, TransitionNotAllowed
from tests.importing.families import ROSNA, bring
from tests.importing.rows import GOOD, HEAD
from tests.importing.test_columns_matched import kept, read_again, waiting

# The names of all stand under PANGGILAN in no file; whoever matched the first one chose it all the same.
TWO_NAMES = f"{HEAD.replace('NAMA,', 'PANGGILAN,NM_LENGKAP,')},ALAMAT_RUMAH\n{GOOD.replace('Rosna,', 'Ros,Rosna Dewi,')},Jalan Aziz\n"
WRONG = {"NAMA": "PANGGILAN", "ALAMAT": "ALAMAT_RUMAH"}


@pytest.fixture
def wrong(manager):
    """A file whose names were matched wrongly, and the source that remembers it."""
    first = waiting(manager, TWO_NAMES)
    matching.match_columns(first, WRONG, by=manager, source="Dinas")
    ImportRun.objects.update(state="cancelled")
    run = waiting(manager, TWO_NAMES, source="Dinas")
    assert (run.state, run.counts["sample"][0]["name"]) == ("previewed", "Ros")
    return run


def _remembered():
    return ImportSource.objects.get(name="Dinas").columns


def test_the_preview_says_what_was_matched_and_leads_back_to_it_with_the_choice_standing_there(wrong, manager, browse):
    page = browse(manager).get(f"/impor/{wrong.pk}/").content.decode()
    assert "Kolom yang dicocokkan orang: PANGGILAN sebagai NAMA, ALAMAT_RUMAH sebagai ALAMAT." in page
    assert re.search(rf'href="/impor/{wrong.pk}/kolom/">Cocokkan kolom lagi<', page)
    form = browse(manager).get(f"/impor/{wrong.pk}/kolom/").content.decode()
    chosen = dict(re.findall(r'name="column-([^"]+)">(?:(?!</select>).)*?value="([^"]+)" selected', form, re.S))
    assert chosen == {"NAMA": "PANGGILAN", "ALAMAT": "ALAMAT_RUMAH"}
    assert "Judul yang belum dikenal: NM_LENGKAP." in form, "what was matched is known"
    assert 'value="Dinas"' in form


def test_the_right_heading_is_read_and_remembered_instead(wrong, manager, browse):
    said = {"column-NAMA": "NM_LENGKAP", "column-ALAMAT": "ALAMAT_RUMAH", "source": "Dinas"}
    assert browse(manager).post(f"/impor/{wrong.pk}/kolom/", said).status_code == 302
    right = {"NM_LENGKAP": "NAMA", "ALAMAT_RUMAH": "ALAMAT"}
    assert _remembered() == right
    line = AuditEntry.objects.filter(verb="match_columns", subject_id=wrong.pk).latest("pk")
    assert (line.actor, line.from_state, line.to_state) == (manager, "previewed", "uploaded")
    run = read_again(wrong)
    assert (run.state, run.mapping, run.counts["ignored"]) == ("previewed", right, ["PANGGILAN"])
    with pytest.raises(TransitionNotAllowed):
        applying.request_apply(run, by=manager, version=wrong.version)
    applying.request_apply(run, by=manager, version=run.version)
    applying.apply(run.pk)
    assert Person.objects.get().name == "Rosna Dewi"
    assert waiting(manager, TWO_NAMES, source="Dinas").counts["sample"] == []


def test_a_column_that_may_be_left_out_is_matched_no_more_when_it_is_left_open(wrong, manager, browse):
    said = {"column-NAMA": "PANGGILAN", "column-ALAMAT": "", "source": "Dinas"}
    assert browse(manager).post(f"/impor/{wrong.pk}/kolom/", said).status_code == 302
    assert _remembered() == {"PANGGILAN": "NAMA"}
    run = read_again(wrong)
    assert (run.mapping, run.counts["ignored"]) == ({"PANGGILAN": "NAMA"}, ["NM_LENGKAP", "ALAMAT_RUMAH"])


def test_a_heading_that_was_matched_wrongly_may_be_another_column(wrong, manager):
    matching.match_columns(wrong, {"NAMA": "NM_LENGKAP", "NAMA_IBU": "PANGGILAN"}, by=manager, source="Dinas")
    assert _remembered() == {"NM_LENGKAP": "NAMA", "PANGGILAN": "NAMA_IBU", "ALAMAT_RUMAH": "ALAMAT"}


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"NAMA": "", "ALAMAT": "ALAMAT_RUMAH"}, "Pilih judul untuk kolom: NAMA."),
        ({"NAMA": "ALAMAT_RUMAH", "ALAMAT": "ALAMAT_RUMAH"}, "Satu judul hanya boleh dipilih untuk satu kolom."),
        ({"NAMA": "tidak ada", "ALAMAT": "ALAMAT_RUMAH"}, "Pilih judul untuk kolom: NAMA."),
        (WRONG, "Belum ada kolom yang diubah."),
    ],
)
def test_what_cannot_be_is_refused_and_all_stays_as_it_was(wrong, manager, browse, said, words):
    before, remembered = kept(wrong), _remembered()
    sent = {f"column-{name}": heading for name, heading in said.items()}
    answer = browse(manager).post(f"/impor/{wrong.pk}/kolom/", {**sent, "source": "Dinas"})
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with pytest.raises(GuardFailed):
        matching.match_columns(wrong, said, by=manager, source="Dinas")
    assert (kept(wrong), _remembered()) == (before, remembered)


def test_who_does_not_import_says_nothing_anew(wrong, manager, sari, hendra, browse):
    before, remembered = kept(wrong), _remembered()
    with pytest.raises(NotPermitted):
        matching.match_columns(wrong, {"NAMA": "NM_LENGKAP"}, by=sari, source="Dinas")
    assert "Cocokkan kolom lagi" not in browse(hendra).get(f"/impor/{wrong.pk}/").content.decode()
    assert browse(hendra).post(f"/impor/{wrong.pk}/kolom/", {"column-NAMA": "NM_LENGKAP"}).status_code == 403
    assert (kept(wrong), _remembered()) == (before, remembered)


def test_an_applied_file_stays_as_it_was_matched(wrong, manager, browse):
    applying.request_apply(wrong, by=manager, version=wrong.version)
    applying.apply(wrong.pk)
    before, remembered = kept(wrong), _remembered()
    with pytest.raises(TransitionNotAllowed):
        matching.match_columns(wrong, {"NAMA": "NM_LENGKAP"}, by=manager, source="Dinas")
    assert "Cocokkan kolom" not in browse(manager).get(f"/impor/{wrong.pk}/").content.decode()
    assert browse(manager).get(f"/impor/{wrong.pk}/kolom/").status_code == 302
    assert (kept(wrong), _remembered()) == (before, remembered)


def test_where_the_reading_cannot_be_promised_nothing_is_remembered(wrong, manager, monkeypatch):
    before, remembered = kept(wrong), _remembered()

    def broken(*args, **more):
        raise RuntimeError

    monkeypatch.setattr(outbox, "promise", broken)
    with pytest.raises(RuntimeError):
        matching.match_columns(wrong, {"NAMA": "NM_LENGKAP"}, by=manager, source="Dinas")
    assert (kept(wrong), _remembered()) == (before, remembered)
    assert not AuditEntry.objects.filter(verb="match_columns", subject_id=wrong.pk).exists()


def test_of_a_list_too_a_heading_is_said_anew(manager, browse):
    bring(manager, ROSNA)
    ImportSource.objects.create(kind="match", name="Dinas", columns={"CATATAN": "TANGGAL"}, updated_by=manager)
    data = f"NIK,HASIL,CATATAN,TGL_HASIL\n{ROSNA['NIK']},SESUAI,2026-11-01,2026-11-02\n"
    run = read_again(uploading.upload(data.encode(), "hasil.csv", by=manager, kind="match", source="Dinas"))
    assert run.counts["matched"] == {"CATATAN": "TANGGAL"}
    said = {"column-TANGGAL": "TGL_HASIL", "source": "Dinas"}
    assert browse(manager).post(f"/impor/{run.pk}/kolom/", said).status_code == 302
    assert read_again(run).mapping == _remembered() == {"TGL_HASIL": "TANGGAL"}


def test_a_file_whose_headings_are_its_own_has_nothing_to_be_said_anew(manager, browse):
    run = waiting(manager, f"{HEAD}\n{GOOD}\n", source="Dinas")
    assert "Cocokkan kolom" not in browse(manager).get(f"/impor/{run.pk}/").content.decode()
    assert "headers" not in run.counts
