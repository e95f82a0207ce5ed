"""The periodic jobs of the ground: clearing away, and the backup."""

import time

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from slrt.audit import sealing
from slrt.core.sentence import Sentence
from slrt.jobs import backup, retention
from slrt.jobs.register import job
from slrt.jobs.running import Progress

MEGABYTE = 1_000_000
SEAL_TRIES, SEAL_PAUSE = 120, 0.5  # a minute; imports hold their lines longer, and wait for the next run


@job(
    "jobs.retention",
    label=_("Bersihkan catatan lama"),
    explain=_("Tugas antrean yang selesai, sesi yang berakhir, catatan percobaan masuk, dan riwayat lama dihapus."),
    schedule="30 2 * * *",
)
def clear(progress: Progress) -> Sentence:
    """Delete what the program itself no longer needs."""
    return Sentence(
        gettext_noop("Dihapus: %(promises)d tugas antrean, %(sign_ins)d sesi dan catatan masuk, %(runs)d riwayat."),
        {
            "promises": retention.clear_promises(),
            "sign_ins": retention.clear_sign_ins(),
            "runs": retention.clear_runs(),
        },
    )


@job(
    "jobs.seal_trail",
    label=_("Segel jejak audit"),
    explain=_(
        "Baris jejak audit yang sudah tetap disegel berurutan. Baris yang kemudian diubah, dihapus, atau disisipkan ketahuan "
        "saat data diperiksa."
    ),
    schedule="40 * * * *",
)
def seal_trail(progress: Progress) -> Sentence:
    """Seal the settled lines; those that an open transaction may still precede wait for the next run."""
    tries = iter(range(SEAL_TRIES))

    def wait() -> bool:
        progress.at(0, 0)
        time.sleep(SEAL_PAUSE)
        return next(tries, None) is not None

    seals, lines = sealing.seal_settled(wait)
    return Sentence(gettext_noop("%(lines)d baris jejak audit disegel."), {"lines": lines, "seals": seals})


@job(
    "jobs.backup",
    label=_("Cadangkan basis data dan uji pemulihannya"),
    explain=_(
        "Seluruh basis data disalin ke folder cadangan, dipulihkan di tempat terpisah, lalu jumlah baris dan isi setiap tabel "
        "dibandingkan. Foto, surat, dan berkas unggahan diarsipkan di sebelahnya."
    ),
    schedule="0 1 * * *",
)
def back_up(progress: Progress) -> Sentence:
    """Dump, restore elsewhere, compare, archive the uploaded files."""
    made = backup.make(progress.at)
    tenths = round(10 * made.size / MEGABYTE)
    with_files = gettext_noop(
        "%(file)s, %(megabytes)d,%(tenths)d MB: %(tables)d tabel dan %(rows)d baris sama isinya sesudah dipulihkan; "
        "%(files)d berkas unggahan diarsipkan."
    )
    without = gettext_noop(
        "%(file)s, %(megabytes)d,%(tenths)d MB: %(tables)d tabel dan %(rows)d baris sama isinya sesudah dipulihkan; "
        "berkas unggahan tidak ikut."
    )
    return Sentence(
        without if made.files is None else with_files,
        {
            "file": made.name,
            "megabytes": tenths // 10,
            "tenths": tenths % 10,
            "tables": made.tables,
            "rows": made.rows,
            "files": made.files or 0,
            "removed": made.removed,
        },
    )
