"""The registry's periodic jobs: shells that make one call each."""

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from households import retention
from households.duplicates.search import search
from households.importing import dropping
from households.importing.ending import put_old_previews_aside
from households.registry.photo_files import clear_away, seal_plain
from households.updating import flag_outdated, hand_over
from slrt.core.sentence import Sentence
from slrt.jobs.register import job
from slrt.jobs.running import Progress

REFUSED_NAMED = 5  # of the files of the drop folder, with the reason; all stand beside their file
FAMILIES = gettext_noop("keluarga")


@job(
    "households.flag_outdated",
    label=_("Tandai data yang sudah lama"),
    explain=_(
        "Keluarga yang datanya lewat masa berlaku ditandai, lalu menjadi kunjungan pembaruan bagi fasilitatornya."
    ),
    schedule="10 2 * * *",
)
def outdated(progress: Progress) -> Sentence:
    """Flag what grew old, then hand it to the facilitators."""
    flagged = flag_outdated(lambda done, total: progress.at(done, total, FAMILIES))
    handed = hand_over(lambda done, total: progress.at(done, total, FAMILIES))
    return Sentence(
        gettext_noop("%(flagged)d keluarga ditandai, %(handed)d kunjungan diserahkan."),
        {"flagged": flagged, "handed": handed},
    )


@job(
    "households.put_old_previews_aside",
    label=_("Rapikan pratinjau impor"),
    explain=_("Pratinjau yang lama tidak diputuskan dilepas tempatnya. Berkasnya tetap ada dan bisa diterapkan."),
    schedule="20 2 * * *",
)
def previews(progress: Progress) -> Sentence:
    """Free the space of previews nobody decided on."""
    return Sentence(gettext_noop("%(n)d pratinjau dirapikan."), {"n": put_old_previews_aside()})


@job(
    "households.retention",
    label=_("Hapus draf dan berkas lama"),
    explain=_(
        "Draf kunjungan yang lama ditinggalkan dihapus setelah pemiliknya diingatkan; berkas impor dihapus sesudah masa "
        "simpannya."
    ),
    schedule="40 2 * * *",
)
def old_files(progress: Progress) -> Sentence:
    """Tell owners, delete what they left, delete files past their keep time."""
    return Sentence(
        gettext_noop("%(told)d pemilik draf diingatkan, %(drafts)d draf dan %(files)d berkas dihapus."),
        {
            "drafts": retention.delete_old_drafts(),
            "told": retention.warn_of_old_drafts(),
            "files": retention.delete_import_files(),
        },
    )


@job(
    "households.clear_photos",
    label=_("Hapus berkas foto lama"),
    explain=_("Berkas foto yang sudah dikeluarkan dan lewat masa simpannya dihapus, juga sisa unggahan yang terputus."),
    schedule="50 2 * * *",
)
def old_photos(progress: Progress) -> Sentence:
    """Delete files of photos whose retention is over, and files of uploads that were cut off."""
    kept, strays = clear_away()
    return Sentence(
        gettext_noop("%(photos)d foto dan %(strays)d sisa unggahan dihapus."), {"photos": kept, "strays": strays}
    )


@job(
    "households.seal_photos",
    label=_("Segel berkas foto lama"),
    explain=_("Foto yang masih tersimpan terbuka di disk dienkripsi. Foto baru sudah dienkripsi saat disimpan."),
    schedule="55 2 * * *",
)
def plain_photos(progress: Progress) -> Sentence:
    """Seal photos that still lie plain on the disk."""
    unit = gettext_noop("foto")
    return Sentence(
        gettext_noop("%(n)d foto disegel."), {"n": seal_plain(lambda done, total: progress.at(done, total, unit))}
    )


@job(
    "households.search_duplicates",
    label=_("Cari data ganda"),
    explain=_(
        "Orang yang mungkin tercatat dua kali dicari di antara yang berubah. Menggabungkannya tetap keputusan orang."
    ),
    schedule="20 4 * * *",
)
def duplicates(progress: Progress) -> Sentence:
    """Look for people entered twice among everybody who changed."""
    found = search(progress.beside)
    return Sentence(
        gettext_noop("%(people)d orang dibandingkan, %(alike)d dugaan ditemukan, %(gone)d hilang sendiri."),
        {"people": found.people, "alike": found.alike, "gone": found.gone},
    )


@job(
    dropping.JOB,
    label=_("Ambil berkas DTSEN dari folder"),
    explain=_(
        "Berkas di folder titipan diperiksa seperti unggahan biasa, sesudah satu menit tidak berubah. Menerapkannya tetap keputusan "
        "orang. Yang ditolak tercantum di halaman Impor."
    ),
    schedule="*/15 * * * *" if settings.DROP_FOLDER else None,
)
def dropped(progress: Progress) -> Sentence:
    """Take up what lies in the drop folder; without a folder there is nothing to do."""
    if not settings.DROP_FOLDER:
        return Sentence(
            gettext_noop(
                "Folder titipan belum disiapkan, jadi tidak ada yang diambil. Unggah berkas di halaman Impor, atau minta "
                "pengelola server menyiapkan foldernya (SLRT_DROP_FOLDER)."
            )
        )
    unit = gettext_noop("berkas")
    refused: list[str] = []
    try:
        counts = dropping.pick_up(
            lambda done, total: progress.at(done, total, unit), lambda name, why: refused.append(f"{name}: {why}")
        )
    finally:  # what was refused before it failed is told too
        dropping.note_refused(progress)
    if refused:
        return Sentence(
            gettext_noop(
                "%(taken)d berkas diambil, %(known)d sudah dikenal, %(waiting)d menunggu giliran. Ditolak %(refused)d, "
                "dipindahkan ke folder refused: %(why)s"
            ),
            {**counts, "why": " ".join(refused[:REFUSED_NAMED])},
        )
    if not any(counts.values()):
        return Sentence(gettext_noop("Folder titipan kosong, tidak ada yang diambil."))
    return Sentence(
        gettext_noop("%(taken)d berkas diambil, %(known)d sudah dikenal, %(waiting)d menunggu giliran."), counts
    )
