"""The office words the opening and closing of its letters; what it cannot fill in it is told, and nothing of it is run."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from households import printing
from referrals.models import Referral
from slrt.core import clock
from slrt.letters import paper
from slrt.letters.choices import PLACEHOLDERS, LetterKind
from slrt.letters.filling import fault, fill
from slrt.letters.models import LetterTemplate
from slrt.letters.wording import wording
from tests import cases, people


def text(kind="referral", **more):
    row = LetterTemplate(kind=kind, **more)
    row.full_clean()
    row.save()
    return row


@pytest.fixture
def referral(places, rina):
    row = cases.referral(cases.family_in(people.SAGO, "Rosna <b>"), rina, "sent")
    Referral.objects.filter(pk=row.pk).update(letter_number="460/001/SLRT/XI/2026", due_at=clock.now())
    return Referral.objects.get()


def test_placeholders_are_filled_once_and_an_unknown_one_stays():
    values = {"nama": "{program} <i>", "program": "KIS"}
    assert fill("Bagi {nama}: {program}, {lain}", values) == "Bagi {program} <i>: KIS, {lain}"


@pytest.mark.parametrize(
    "wrong", ["{nik}", "{nama.__class__}", "{}", "{ nama }", "{nama!r}", "{nama", "nama}", "{{nama}}"]
)
def test_a_wrong_placeholder_is_refused_with_those_that_can_be_used(db, wrong):
    with pytest.raises(ValidationError) as refused:
        text(opening=f"Kami merujuk {wrong}.")
    assert "{nomor}, {tanggal}, {nama}" in refused.value.message_dict["opening"][0]
    assert not LetterTemplate.objects.exists()


@pytest.mark.parametrize("kind", LetterKind.values)
def test_every_kind_takes_all_of_its_own_placeholders_and_no_number_of_a_person(kind):
    own = PLACEHOLDERS[kind]
    assert fault(" ".join(f"{{{name}}}" for name in own), own) == ""
    assert {"nik", "kk"}.isdisjoint(own)


def test_the_newest_active_version_of_the_readers_language_is_used(db):
    text(version=1, opening="satu")
    text(version=2, opening="dua")
    text(version=3, opening="tiga", active=False)
    text(version=9, language="en", opening="nine")
    text(version=9, kind="complaint", opening="lain")
    assert wording("referral", {}).opening == "dua"
    with translation.override("en"):
        assert wording("referral", {}).opening == "nine"
    assert wording("minutes", {}).opening == ""


def test_a_version_is_written_once(db):
    text(version=1)
    with pytest.raises(ValidationError, match="Versi ini sudah ada"):
        text(version=1)


def test_the_letter_is_worded_by_the_office_and_what_is_filled_in_is_escaped(browse, rina, referral):
    text(
        opening="Yth. {lembaga}, <script>x</script> {nama}\nperihal {program}.",
        closing="Kami tunggu sampai {tenggat}. {nomor} {desa}",
    )
    page = browse(rina).get(f"/rujukan/{referral.pk}/surat/").content.decode()
    assert "Yth. Dinas Kesehatan, &lt;script&gt;x&lt;/script&gt; Rosna &lt;b&gt;<br>perihal Program KIS." in page
    assert "460/001/SLRT/XI/2026 Sago Salido" in page
    assert "<script>x" not in page
    assert "Dengan ini kami merujuk:" not in page
    assert "Mohon jawaban paling lambat" not in page


def test_without_a_text_of_the_office_the_letter_says_what_it_always_said(browse, rina, referral):
    text(closing="Hormat kami.")
    page = browse(rina).get(f"/rujukan/{referral.pk}/surat/").content.decode()
    assert "Dengan ini kami merujuk:" in page
    assert "Hormat kami." in page
    LetterTemplate.objects.update(active=False)
    page = browse(rina).get(f"/rujukan/{referral.pk}/surat/").content.decode()
    assert "Mohon jawaban paling lambat" in page


def test_the_citizens_receipt_is_worded_by_the_office(browse, sari):
    row = cases.complaint(cases.family_in(people.SAGO), sari)
    address = f"/keluhan/{row.pk}/bukti/"
    assert "Layanan ini gratis." in browse(sari).get(address).content.decode()
    text("complaint", opening="Keluhan {nomor} & {bidang}", closing="Kode {kode}, {desa}, {tanggal}, {tenggat}")
    page = browse(sari).get(address).content.decode()
    assert f"Keluhan {row.number} &amp; Kesehatan" in page
    assert f"Kode {row.tracking_code}, Sago Salido" in page


@pytest.mark.parametrize("kind", ["attendance", "minutes"])
def test_the_papers_of_a_meeting_are_worded_by_the_office(monkeypatch, rina, kind):
    meeting = cases.meeting(people.SAGO, rina, complete=True)
    printed = []
    monkeypatch.setattr(paper, "plain", lambda said, plain=paper.plain: printed.append(str(said)) or plain(said))

    def make():
        printed.clear()
        made = printing.attendance(meeting) if kind == "attendance" else printing.minutes(meeting, [])
        assert made.startswith(b"%PDF-")
        return printed

    assert any("memutuskan sebagai berikut" in line for line in make()) == (kind == "minutes")
    text(kind, opening="Di {desa}, {tempat} & <b>\npemimpin {pemimpin}", closing="Tutup {tanggal}.")
    assert {"Di Sago Salido, Kantor nagari & <b>", "pemimpin Wali Nagari"} <= set(make())
    assert any(line.startswith("Tutup ") and "{" not in line for line in printed)
    assert not any("memutuskan sebagai berikut" in line for line in printed)
