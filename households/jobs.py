"""The registry's periodic jobs: shells that make one call each."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from households.importing.run import put_old_previews_aside
from households.updating import flag_outdated, hand_over
from slrt.jobs.register import job
from slrt.jobs.running import Progress, Said

FAMILIES = gettext_noop("keluarga")


@job(
    "households.flag_outdated",
    label=_("Tandai data yang sudah lama"),
    explain=_(
        "Keluarga yang datanya lewat masa berlaku ditandai, lalu menjadi kunjungan pembaruan bagi fasilitatornya."
    ),
    schedule="10 2 * * *",
)
def outdated(progress: Progress) -> Said:
    """Flag what grew old, then hand it to the facilitators."""
    flagged = flag_outdated(lambda done, total: progress.at(done, total, FAMILIES))
    handed = hand_over(lambda done, total: progress.at(done, total, FAMILIES))
    return Said(
        gettext_noop("%(flagged)d keluarga ditandai, %(handed)d kunjungan diserahkan."), flagged=flagged, handed=handed
    )


@job(
    "households.put_old_previews_aside",
    label=_("Rapikan pratinjau impor"),
    explain=_("Pratinjau yang lama tidak diputuskan dilepas tempatnya. Berkasnya tetap ada dan bisa diterapkan."),
    schedule="20 2 * * *",
)
def previews(progress: Progress) -> Said:
    """Free the space of previews nobody decided on."""
    return Said(gettext_noop("%(n)d pratinjau dirapikan."), n=put_old_previews_aside())
