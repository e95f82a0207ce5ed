"""The periodic jobs of complaints: shells that make one call each."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from complaints import holidays, reminding
from slrt.core.sentence import Sentence
from slrt.jobs.register import job
from slrt.jobs.running import Progress


@job(
    "complaints.remind",
    label=_("Ingatkan keluhan yang terlambat"),
    explain=_(
        "Keluhan yang lewat tenggat mengingatkan petugas yang harus bertindak, lalu naik ke kecamatan dan kabupaten satu per satu."
    ),
    schedule="0 7 * * 1-5",
)
def remind(progress: Progress) -> Sentence:
    """Keep the reminders of late complaints in step."""
    unit = gettext_noop("keluhan")
    counts = reminding.remind(lambda done, total: progress.at(done, total, unit))
    return Sentence(
        gettext_noop("%(late)d keluhan terlambat, %(raised)d pengingat baru, %(escalated)d dinaikkan."), counts
    )


@job(
    "complaints.holidays",
    label=_("Isi hari libur tahun depan"),
    explain=_("Libur bertanggal tetap diisi; untuk libur yang berpindah tanggal administrator diingatkan."),
    schedule="0 4 * * 1",
)
def calendar(progress: Progress) -> Sentence:
    """Enter the fixed days, remind of the moving ones."""
    return Sentence(
        gettext_noop("%(filled)d hari libur diisi, %(lacking)d tahun menunggu libur yang berpindah tanggal."),
        {"filled": holidays.fill(), "lacking": holidays.remind()},
    )
