"""Papers and workbooks: full numbers stand only in those that are meant to hold them, for whom they are meant, and noted."""

import pytest

from complaints.models import Complaint
from households.models import SiksWorkbook, VillageMeeting
from referrals.models import Referral
from slrt.audit.models import AuditEntry
from slrt.core.numbers import holds_one
from slrt.exports.models import Export
from slrt.letters.paper import document, paragraph
from tests import cases, people
from tests.exports.conftest import ask, content, uploads  # noqa: F401
from tests.exports.reading import book_of
from tests.reading_pdf import text_of_pdf

NIK, KK, SHOWN = "1301994506850007", "1301990506109007", "1301••••••••0007"
FAR_NIK, FAR_KK = "1371994506850008", "1371990506109008"
PURPOSE = "Bahan musyawarah nagari bulan ini"
TAKE_LETTERS = {"rina", "lestari"}
SEND_TO_THE_MINISTRY = {"rina"}


@pytest.fixture
def family(places, sari, rina, nurma, joko, lestari, hendra):
    return cases.family_in(people.SAGO, "Rosna Tanjung", NIK, KK)


@pytest.fixture
def letter(family, rina):
    """A letter of the own village and one of Padang."""
    rows = [cases.referral(family, rina, "sent")]
    rows.append(cases.referral(cases.family_in(people.PADANG, "Jauh", FAR_NIK, FAR_KK), rina, "sent"))
    for n, row in enumerate(rows):
        Referral.objects.filter(pk=row.pk).update(letter_number=f"460/00{n}/SLRT/XI/2026")
    return rows[0]


def test_what_is_printed_is_read():
    said = f"Rosna (Tanjung) \\ Né: {NIK}"
    assert said in text_of_pdf(document("Surat", [paragraph(said)]))
    assert "Surat" in text_of_pdf(document("Surat", [paragraph("x")]))


@pytest.mark.parametrize("who", people.CAST)
def test_a_letter_to_an_agency_carries_the_number_for_whom_may_take_it_and_is_noted(request, letter, ask, content, who):  # noqa: F811
    user = request.getfixturevalue(who)
    answer, export = ask(user, "surat-rujukan", "?tab=receiver", format="pdf")
    lines = AuditEntry.objects.filter(verb__in=("letter", "reveal_list", "export", "export_ask"))
    if who not in TAKE_LETTERS:
        assert (answer.status_code in (403, 422), export) == (True, None)
        assert not lines.exists()
        assert not Export.objects.exists()
        return
    printed = text_of_pdf(content(user, export))
    assert NIK in printed
    assert FAR_NIK not in printed
    assert FAR_KK not in printed
    assert {line.note for line in lines.filter(verb__in=("reveal_list", "export"))} == {PURPOSE}
    assert set(lines.filter(verb="letter").values_list("subject_id", flat=True)) == {letter.pk}
    assert AuditEntry.objects.filter(verb="export_download", actor=user).count() == 1


@pytest.mark.parametrize("who", people.CAST)
def test_receipts_and_papers_of_meetings_carry_no_number(request, browse, family, sari, nurma, ask, content, who):  # noqa: F811
    user = request.getfixturevalue(who)
    Complaint.objects.filter(pk=cases.complaint(family, sari).pk).update(description=f"NIK {NIK}")
    meeting = cases.meeting(people.SAGO, nurma, "closed", complete=True)
    meeting.decisions.create(registration=cases.registration(family, "final_list", meeting=meeting), accepted=True)
    VillageMeeting.objects.filter(pk=meeting.pk).update(chair="Wali Nagari")
    printed = []
    _answer, export = ask(user, "bukti-keluhan", "", format="pdf")
    if export is not None and export.state == "ready":
        printed.append(content(user, export))
    for paper in ("daftar-hadir", "berita-acara"):
        answer = browse(user).get(f"/musyawarah/{meeting.pk}/{paper}.pdf")
        assert answer.status_code in (200, 403, 404)
        if answer.status_code == 200:
            printed.append(answer.content)
    assert [text for text in map(text_of_pdf, printed) if holds_one(text)] == []
    assert (who in ("nurma", "joko", "lestari")) <= bool(printed)


@pytest.mark.parametrize("who", people.CAST)
def test_the_workbook_for_the_ministry_holds_full_numbers_for_whoever_sends_it(request, browse, family, who):
    user = request.getfixturevalue(who)
    cases.registration(family, "endorsed")
    cases.registration(cases.family_in(people.PADANG, "Jauh", FAR_NIK, FAR_KK), "endorsed")
    assert FAR_NIK not in browse(user).get("/registrasi/siks/").content.decode()
    answer = browse(user).post("/registrasi/siks/", {"purpose": "siks_ng"})
    lines = AuditEntry.objects.filter(verb="export")
    if who not in SEND_TO_THE_MINISTRY:
        assert answer.status_code in (403, 404)
        assert not lines.exists()
        assert not SiksWorkbook.objects.exists()
        assert NIK.encode() not in answer.content
        return
    cells = [str(cell.value) for sheet in book_of(answer.content) for row in sheet for cell in row]
    assert {NIK, KK} <= set(cells)
    assert not {FAR_NIK, FAR_KK} & set(cells)
    (line,) = lines
    assert (line.actor, line.kind, line.details["purpose"]) == (user, "export", SiksWorkbook.objects.get().purpose)
    assert not holds_one(str(line.details))
    assert answer["Content-Disposition"].endswith('.xlsx"')
    assert not holds_one(answer["Content-Disposition"])
    assert NIK not in browse(user).get("/registrasi/siks/").content.decode()
