"""A timetable in words. Pure: cron's five fields as text go in, a phrase comes out."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NUMBER = re.compile(r"\d{1,2}")
EVERY = {f"*/{n}": n for n in (5, 10, 15, 20, 30)}
DAYS = {
    "0": gettext_lazy("Minggu"),
    "1": gettext_lazy("Senin"),
    "2": gettext_lazy("Selasa"),
    "3": gettext_lazy("Rabu"),
    "4": gettext_lazy("Kamis"),
    "5": gettext_lazy("Jumat"),
    "6": gettext_lazy("Sabtu"),
    "7": gettext_lazy("Minggu"),
}


def timetable(minute: str, hour: str, day: str = "*", month: str = "*", weekday: str = "*") -> str:
    """Return when a job runs, such as "Senin sampai Jumat pukul 07.00"; a timetable with no short phrase as its five fields."""
    if minute in EVERY and (hour, day, month, weekday) == ("*", "*", "*", "*"):
        return _("Setiap %(n)s menit") % {"n": EVERY[minute]}
    days = _days(day, weekday) if month == "*" else None
    if days is None or not NUMBER.fullmatch(minute):
        return _("Menurut cron: %(fields)s") % {"fields": " ".join((minute, hour, day, month, weekday))}
    if hour == "*":
        return _("%(days)s, setiap jam pada menit ke-%(minute)s") % {"days": days, "minute": int(minute)}
    hours = hour.split(",")
    if not all(NUMBER.fullmatch(one) for one in hours):
        return _("Menurut cron: %(fields)s") % {"fields": " ".join((minute, hour, day, month, weekday))}
    times = ", ".join(f"{int(one):02d}.{int(minute):02d}" for one in hours)
    return _("%(days)s pukul %(times)s") % {"days": days, "times": times}


def _days(day: str, weekday: str) -> str | None:
    if day == "*" and weekday == "*":
        return _("Setiap hari")
    if weekday == "*":
        return _("Setiap tanggal %(day)s") % {"day": day} if re.fullmatch(r"[\d,]+", day) else None
    if day != "*":
        return None
    first, dash, last = weekday.partition("-")
    if dash and first in DAYS and last in DAYS:
        return _("%(first)s sampai %(last)s") % {"first": DAYS[first], "last": DAYS[last]}
    named = weekday.split(",")
    return ", ".join(str(DAYS[one]) for one in named) if all(one in DAYS for one in named) else None
