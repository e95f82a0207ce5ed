"""The working-day calendar of the coming year: fixed dates are known, moving ones come by decree and are entered by a person.

Public holidays are set each year by the joint decree of three ministers (SKB Tiga Menteri); these five keep their date:
Keppres 251/1967 (New Year, independence, Christmas), Keppres 24/2013 (Labour Day), Keppres 24/2016 (Pancasila Day).
"""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext_noop

from complaints.models import Holiday
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock
from slrt.core.sentence import Sentence
from slrt.jobs.reminding import Wanted, keep

FIXED = {
    (1, 1): "Tahun Baru Masehi",
    (5, 1): "Hari Buruh Internasional",
    (6, 1): "Hari Lahir Pancasila",
    (8, 17): "Hari Kemerdekaan",
    (12, 25): "Hari Raya Natal",
}
DECREE_MONTH = 10  # the decree for the next year is out by October
MESSAGE = gettext_noop("Hari libur %(year)s yang berpindah tanggal belum diisi. Isi menurut SKB Tiga Menteri.")


def fill(today: date | None = None) -> int:
    """Enter the fixed holidays of this year and the next that are missing; return how many. Entered days stay as they are."""
    today = today or clock.today()
    known = set(Holiday.objects.values_list("on", flat=True))
    wanted = [(date(y, m, d), name) for y in (today.year, today.year + 1) for (m, d), name in FIXED.items()]
    missing = [(day, name) for day, name in wanted if day not in known]
    with transaction.atomic():
        for day, name in missing:
            row = Holiday.objects.create(on=day, name=name)
            trail.write("add_holiday", row, by=None, on=day.isoformat())
    return len(missing)


def remind(today: date | None = None) -> int:
    """Remind the administrator of every year at hand without a single moving holiday; return how many years lack them."""
    today = today or clock.today()
    years = [today.year, *([today.year + 1] if today.month >= DECREE_MONTH else [])]
    lacking = [year for year in years if not _has_moving(year)]
    keep(
        "holidays",
        "complaints.holiday",
        [
            Wanted(
                year,
                date(year - 1, DECREE_MONTH, 1),
                Sentence(MESSAGE, {"year": year}),
                permission=str(Permission.USERS_MANAGE),
            )
            for year in lacking
        ],
    )
    return len(lacking)


def _has_moving(year: int) -> bool:
    days = Holiday.objects.filter(on__year=year).values_list("on", flat=True)
    return any((day.month, day.day) not in FIXED for day in days)
