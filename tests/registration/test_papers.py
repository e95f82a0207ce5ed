"""Scanned papers: told by their content, kept encrypted, opened in the own area; a family's paper goes where the family goes."""

import pytest

from households import papers
from households.models import Paper
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.core.idempotency import new_key
from tests import cases, people
from tests.registration.conftest import PDF, picture, uploaded


def test_a_paper_too_large_is_refused(settings):
    settings.PAPER_MAX_BYTES = 1000
    with pytest.raises(GuardFailed, match="batasnya"):
        papers.media_type_of(PDF + b" " * 1000)


def test_a_picture_of_too_many_pixels_is_refused(monkeypatch):
    monkeypatch.setattr(papers, "MAX_PIXELS", 100)
    with pytest.raises(GuardFailed, match="terlalu besar"):
        papers.media_type_of(picture())


@pytest.mark.parametrize(
    ("data", "kind"), [(PDF, "application/pdf"), (picture(), "image/jpeg"), (picture("PNG"), "image/png")]
)
def test_papers_are_told_by_their_content(data, kind):
    assert papers.media_type_of(data) == kind


def test_a_paper_lies_encrypted_and_goes_to_the_own_area_only(browse, nurma, budi, sari, uploads, db):
    with papers.kept(PDF, kind="minutes", village_id=people.SAGO, by=nurma) as paper:
        pass
    (stored,) = uploads.rglob("*.bin")
    assert PDF not in stored.read_bytes()
    assert stored.stem not in browse(sari).get("/musyawarah/").content.decode()
    answer = browse(sari).get(f"/registrasi/surat/{paper.pk}/")
    assert answer.content == PDF
    assert answer["Content-Disposition"] == f'attachment; filename="minutes-{paper.pk}.pdf"'
    assert AuditEntry.objects.about(paper).filter(kind="read", actor=sari).count() == 1
    assert browse(budi).get(f"/registrasi/surat/{paper.pk}/").status_code == 404


def test_a_refused_step_leaves_no_file(nurma, uploads, db):
    with (
        pytest.raises(RuntimeError),
        papers.kept(PDF, kind="minutes", village_id=people.SAGO, by=nurma),
    ):
        raise RuntimeError
    assert not Paper.objects.exists()
    assert list(uploads.rglob("*.bin")) == []


@pytest.mark.parametrize("damage", ["gone", "altered"])
def test_a_paper_whose_file_is_gone_or_damaged_is_not_there_and_nobody_opened_it(browse, nurma, places, damage):
    with papers.kept(PDF, kind="minutes", village_id=people.SAGO, by=nurma) as paper:
        path = papers._folder() / paper.stored_name
    path.unlink() if damage == "gone" else path.write_bytes(b"t1:" + b"x" * 40)
    assert browse(nurma).get(f"/registrasi/surat/{paper.pk}/").status_code == 404
    assert not AuditEntry.objects.filter(verb="open_paper").exists()


def test_the_signed_statement_of_a_family_goes_with_it_to_its_new_village(browse, nurma, sari, budi, places):
    """Budi works in Salido, where the family moves; Nurma and Sari in the village that it leaves."""
    row = cases.registration(cases.family_in(people.SAGO), "initial_list")
    said = {"sptjm_on": clock.today().strftime("%d/%m/%Y"), "version": row.version, "idempotency_key": new_key()}
    browse(nurma).post(f"/registrasi/{row.pk}/use_sptjm/", {**said, "file": uploaded(PDF, "sptjm.pdf")})
    row.refresh_from_db()
    address = f"/registrasi/surat/{row.sptjm_paper_id}/"
    assert [browse(who).get(address).status_code for who in (nurma, sari, budi)] == [200, 200, 404]
    house = row.family.household
    house.village_id = people.SALIDO
    house.save()
    assert [browse(who).get(address).status_code for who in (nurma, sari, budi)] == [404, 404, 200]
