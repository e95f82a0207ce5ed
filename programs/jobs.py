"""The periodic jobs of programmes: shells that make one call each."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from programs import ages, keeping
from slrt.core.sentence import Sentence
from slrt.jobs.register import job
from slrt.jobs.running import Progress


@job(
    "programs.ages",
    label=_("Cari anggota yang mencapai usia program"),
    explain=_(
        "Awal dan akhir usia sekolah, usia kerja, dan usia lanjut bisa mengubah hak keluarga. Fasilitator dan back office "
        "mendapat sarannya."
    ),
    schedule="0 5 * * *",
)
def reached_ages(progress: Progress) -> Sentence:
    """Remind of birthdays that change a family's advice."""
    unit = gettext_noop("orang")
    counts = ages.remind(progress.marks, lambda done, total: progress.at(done, total, unit))
    return Sentence(
        gettext_noop("%(reached)d orang mencapai batas usia, %(affected)d mengubah saran keluarganya."), counts
    )


@job(
    "programs.advice",
    label=_("Cek ulang syarat program"),
    explain=_("Saran program disimpan per keluarga sejak kapan; hanya keluarga yang datanya berubah dicek ulang."),
    schedule="30 3 * * *",
)
def renew_advice(progress: Progress) -> Sentence:
    """Evaluate again the families that changed."""
    unit = gettext_noop("keluarga")
    counts = keeping.reevaluate(progress.marks, lambda done, total: progress.at(done, total, unit))
    return Sentence(gettext_noop("%(checked)d keluarga dicek, %(changed)d sarannya berubah."), counts)
