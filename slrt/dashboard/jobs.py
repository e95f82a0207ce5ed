"""The periodic jobs that look at every app."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from slrt.core.sentence import Sentence
from slrt.dashboard import integrity, trends
from slrt.jobs.register import job
from slrt.jobs.running import Progress


@job(
    "dashboard.integrity",
    label=_("Periksa keutuhan data"),
    explain=_(
        "Mencari baris yang melanggar aturan data atau tidak cocok dengan jejak audit. Temuannya tampil di beranda."
    ),
    schedule="10 3 * * *",
)
def check_data(progress: Progress) -> Sentence:
    """Ask every invariant; findings become alerts."""
    unit = gettext_noop("pemeriksaan")
    asked, found = integrity.check_all(lambda done, total: progress.at(done, total, unit))
    return Sentence(gettext_noop("%(asked)d pemeriksaan, %(found)d dengan temuan."), {"asked": asked, "found": found})


@job(
    "dashboard.snapshot",
    label=_("Catat angka harian"),
    explain=_("Angka beranda disimpan per kabupaten dan kecamatan, supaya perkembangannya terlihat."),
    schedule="50 23 * * *",
)
def keep_numbers(progress: Progress) -> Sentence:
    """Keep the day's numbers for trends."""
    unit = gettext_noop("angka")
    return Sentence(
        gettext_noop("%(n)d angka dicatat."), {"n": trends.snapshot(lambda done, total: progress.at(done, total, unit))}
    )
