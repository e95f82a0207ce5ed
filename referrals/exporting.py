"""Referrals: the rows their page shows, and the columns of the file that holds them. The need stays encrypted, here."""

from django.utils.translation import gettext_lazy as _

from referrals import selectors
from referrals.choices import ReferralKind, ReferralState, RejectReason
from referrals.filters import ReferralFilter
from referrals.models import Referral
from referrals.printing import letters
from referrals.tables import ReferralTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register


def referrals_shown(asked: Asked) -> Shown:
    """Referrals of one stage as their page shows them."""
    stages = selectors.tabs_for(asked.user)
    chosen = asked.params.get("tab", "")
    if chosen not in stages:
        counts = selectors.state_counts(asked.user)
        there = (key for key, (_l, states) in stages.items() if any(s in counts for s in states))
        chosen = next(there, next(iter(stages)))
    label, states = stages[chosen]
    visible = Referral.objects.visible_to(asked.user).filter(state__in=states)
    narrowed = ReferralFilter(asked.params, visible.for_list(), request=asked)
    table = ReferralTable(narrowed.qs, order_by=asked.params.getlist("sort") or "due_at")
    return Shown(table.data.data, narrowed, part=label)


def letters_shown(asked: Asked) -> Shown:
    """Those of the page's referrals that have a letter, in the page's order."""
    shown = referrals_shown(asked)
    return Shown(shown.rows.exclude(letter_number=""), shown.filter, part=shown.part)


register(
    Listing(
        key="rujukan",
        title=_("Rujukan"),
        permission=Permission.REFERRAL_VIEW,
        page="referrals:list",
        shown=referrals_shown,
        place="family__household__village__code",
        receiver="receiver",
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="R-{:06d}"),
            Column(_("Program"), "programme__name"),
            Column(_("Keluarga"), "family__head__name"),
            Column(_("Kode desa"), "family__household__village_id"),
            Column(_("Desa"), "family__household__village__name"),
            Column(_("Lembaga"), "receiver__name"),
            Column(_("Jenis"), "kind", Kind.CODE, dict(ReferralKind.choices)),
            Column(_("Status"), "state", Kind.CODE, dict(ReferralState.choices)),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
            Column(_("Nomor surat"), "letter_number"),
            Column(_("Dikirim"), "sent_at", Kind.MOMENT),
            Column(_("Tenggat jawaban"), "due_at", Kind.MOMENT),
            Column(_("Alasan penolakan"), "reject_reason", Kind.CODE, dict(RejectReason.choices)),
            Column(_("Tanggal bantuan"), "served_on", Kind.DATE),
            Column(_("Bantuan yang diberikan"), "benefit", Kind.WORDS),
            Column(_("Nilai (Rp)"), "amount", Kind.WHOLE),
        ),
    ),
    Listing(
        key="surat-rujukan",
        title=_("Surat rujukan"),
        permission=Permission.REFERRAL_VIEW,
        page="referrals:list",
        shown=letters_shown,
        place="family__household__village__code",
        columns=(),
        letters=letters,
    ),
)
