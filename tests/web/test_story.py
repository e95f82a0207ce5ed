"""A family's story tells what happened: papers that were opened over and over are one line, the trail keeps each time."""

from datetime import timedelta

import pytest

from households import siks
from households.choices.registration import RegistrationState
from slrt.audit import trail
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests import cases, people


@pytest.fixture
def family(places):
    return cases.family_in(people.SAGO)


def opened(row, by, times):
    now = clock.now()
    for n in range(times):
        trail.write("letter", row, by=by, entry_kind=AuditEntry.Kind.EXPORT, at=now - timedelta(minutes=times - n))


def test_a_letter_opened_forty_times_is_one_line_and_hides_nothing(browse, rina, sari, family):
    row = cases.referral(family, sari, "sent")
    trail.write("draft", row, by=sari)
    trail.write("revision", family, by=rina, at=clock.now() - timedelta(days=1), note="Alamat dibetulkan")
    opened(row, rina, 40)
    client = browse(rina)
    page = client.get(f"/keluarga/{family.pk}/").content.decode()
    assert page.count("Surat dibuka") == 1
    assert "Surat dibuka 40 kali, terakhir:" in page
    assert "Alamat dibetulkan" in page, "what happened before is not pushed out"
    assert page.index("Alamat dibetulkan") < page.index("Surat dibuka") < page.index("Rujukan disusun")
    assert AuditEntry.objects.filter(verb="letter").count() == 40


def test_a_letter_opened_once_is_said_without_a_count(browse, rina, sari, family):
    opened(cases.referral(family, sari, "sent"), rina, 1)
    page = browse(rina).get(f"/keluarga/{family.pk}/").content.decode()
    assert page.count("Surat dibuka") == 1
    assert "kali, terakhir" not in page


def test_the_ministrys_word_comes_with_plain_ones(browse, rina, family):
    row = cases.registration(family, "sent_to_ministry")
    page = browse(rina).get(f"/registrasi/{row.pk}/").content.decode()
    assert "Menunggu pemeriksaan pusat (VERIVALI-PENDING-QC-PUSAT)" in page


@pytest.mark.parametrize("state", [state for state in RegistrationState if state in siks.STATUS])
def test_every_word_of_siks_ng_has_plain_ones(state):
    plain, _mark, word = siks.said(state).partition(" (")
    assert word == f"{siks.STATUS[state]})"
    assert plain
    assert "-" not in plain.replace("SIKS-NG", "")
