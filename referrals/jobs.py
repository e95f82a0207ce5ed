"""The periodic jobs of referrals: shells that make one call each."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from referrals import reminding
from slrt.core.sentence import Sentence
from slrt.jobs.register import job
from slrt.jobs.running import Progress


@job(
    "referrals.remind",
    label=_("Ingatkan rujukan yang belum dijawab"),
    explain=_(
        "Rujukan lewat tenggat mengingatkan lembaga penerima; yang tidak juga dijawab kembali ke pengirim dan bisa dikirim lagi."
    ),
    schedule="10 7 * * 1-5",
)
def remind(progress: Progress) -> Sentence:
    """Keep the reminders of unanswered referrals in step."""
    unit = gettext_noop("rujukan")
    counts = reminding.remind(lambda done, total: progress.at(done, total, unit))
    return Sentence(
        gettext_noop("%(late)d rujukan terlambat, %(raised)d pengingat baru, %(expired)d kembali ke pengirim."), counts
    )
