"""The exports' periodic job."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from slrt.core.sentence import Sentence
from slrt.exports.expiry import clear_expired
from slrt.jobs.register import job
from slrt.jobs.running import Progress


@job(
    "exports.clear_expired",
    label=_("Hapus berkas ekspor lama"),
    explain=_("Berkas daftar yang lewat masa simpannya dihapus, juga yang tidak pernah selesai."),
    schedule="20 3 * * *",
)
def clear(progress: Progress) -> Sentence:
    """Remove files past their time."""
    cleared = clear_expired()
    return Sentence(
        gettext_noop("%(ended)d ekspor berakhir dan %(strays)d sisa berkas dihapus."),
        {"ended": cleared.ended, "strays": cleared.strays},
    )
