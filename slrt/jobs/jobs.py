"""The periodic jobs of the ground: clearing away, and the backup."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from slrt.jobs import backup, retention
from slrt.jobs.register import job
from slrt.jobs.running import Progress, Said

MEGABYTE = 1_000_000


@job(
    "jobs.retention",
    label=_("Bersihkan catatan lama"),
    explain=_("Janji kerja yang selesai, sesi yang berakhir, catatan percobaan masuk, dan riwayat lama dihapus."),
    schedule="30 2 * * *",
)
def clear(progress: Progress) -> Said:
    """Delete what the program itself no longer needs."""
    return Said(
        gettext_noop("Dihapus: %(promises)d janji kerja, %(sign_ins)d sesi dan catatan masuk, %(runs)d riwayat."),
        promises=retention.clear_promises(),
        sign_ins=retention.clear_sign_ins(),
        runs=retention.clear_runs(),
    )


@job(
    "jobs.backup",
    label=_("Cadangkan basis data dan uji pemulihannya"),
    explain=_(
        "Seluruh basis data disalin ke folder cadangan, dipulihkan di tempat terpisah, lalu jumlah baris dan isi setiap tabel "
        "dibandingkan."
    ),
    schedule="0 1 * * *",
)
def back_up(progress: Progress) -> Said:
    """Dump, restore elsewhere, compare."""
    made = backup.make(progress.at)
    return Said(
        gettext_noop("%(file)s, %(size)s MB: %(tables)d tabel dan %(rows)d baris sama isinya sesudah dipulihkan."),
        file=made.name,
        size=f"{made.size / MEGABYTE:.1f}",
        tables=made.tables,
        rows=made.rows,
        removed=made.removed,
    )
