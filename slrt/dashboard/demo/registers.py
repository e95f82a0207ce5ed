"""The demo office's own registers: which way complaints usually go, what it wants to reach, how its letters are worded."""

from complaints.models import RoutingRule
from slrt.accounts.models import Organisation
from slrt.core import clock
from slrt.dashboard.demo.roster import REGENCY
from slrt.dashboard.models import Target
from slrt.letters.models import LetterTemplate

ROUTES = (
    ("health", "", "refer", "dinkes", "Seksi Pelayanan Kesehatan"),
    ("civil_registration", "data_wrong", "refer", "disdukcapil", "Loket pembetulan data"),
    ("housing", "", "ask_visit", "", "Fasilitator nagari"),
    ("", "not_registered", "check", "", "Back office, data DTSEN"),
)
SUPERVISED = "13.01.05"  # where the demo's supervisor works
TARGETS = (
    ("families", REGENCY, "at_least", 150),
    ("confirmed", REGENCY, "at_least", 20),
    ("complaints_late", REGENCY, "at_most", 5),
    ("listed", SUPERVISED, "at_least", 60),
    ("old_data", SUPERVISED, "at_most", 10),
)


def fill(organisations: dict[str, Organisation]) -> None:
    """Enter the rows that are missing; what the administrator changed stays."""
    for sector, issue, way, receiver, unit in ROUTES:
        if not receiver or receiver in organisations:
            RoutingRule.objects.get_or_create(
                area_id=REGENCY,
                sector=sector,
                issue=issue,
                defaults={"way": way, "organisation": organisations.get(receiver), "unit": unit},
            )
    for indicator, area, goal, number in TARGETS:
        Target.objects.get_or_create(
            indicator=indicator,
            area_id=area,
            period=str(clock.today().year),
            defaults={"goal": goal, "number": number},
        )
    LetterTemplate.objects.get_or_create(
        kind="referral",
        language="id",
        version=1,
        defaults={
            "opening": "Bersama ini kami rujuk warga {desa} untuk {program}:",
            "closing": "Mohon jawaban paling lambat {tenggat}. Atas kerja samanya kami ucapkan terima kasih.",
        },
    )
