"""The inbox: the rows its page shows, and the columns of the file that holds them. Nothing that is kept encrypted leaves."""

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from complaints import selectors
from complaints.choices import Channel, ComplaintKind, ComplaintState, EscalationLevel, Issue, Outcome, Sector, Urgency
from complaints.filters import ComplaintFilter
from complaints.models import Complaint
from complaints.printing import receipts
from complaints.tables import ComplaintTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register

CHOSEN = "pilih"


def complaints_shown(asked: Asked) -> Shown:
    """Complaints of one part of the inbox as its page shows them."""
    chosen = asked.params.get("tab", "")
    if chosen not in selectors.TABS:
        counts = selectors.state_counts(asked.user)
        chosen = next((key for key, (_l, states) in selectors.TABS.items() if any(s in counts for s in states)), "new")
    label, states = selectors.TABS[chosen]
    visible = Complaint.objects.visible_to(asked.user).filter(state__in=states)
    narrowed = ComplaintFilter(asked.params, visible.for_list(), request=asked)
    table = ComplaintTable(narrowed.qs, order_by=asked.params.getlist("sort") or "due_at")
    return Shown(table.data.data, narrowed, part=label)


def chosen_numbers(params: QueryDict) -> set[int]:
    """The complaints that were ticked, by number."""
    return {
        int(number) for number in params.getlist(CHOSEN) if number.isascii() and number.isdigit() and len(number) < 16
    }


def receipts_shown(asked: Asked) -> Shown:
    """The chosen complaints that the person sees, by number."""
    chosen = chosen_numbers(asked.params)
    rows = Complaint.objects.visible_to(asked.user).filter(pk__in=chosen).order_by("pk")
    return Shown(rows, part=_("%(n)d dipilih") % {"n": len(chosen)})


register(
    Listing(
        key="keluhan",
        title=_("Keluhan"),
        permission=Permission.COMPLAINT_VIEW,
        page="complaints:list",
        shown=complaints_shown,
        place="village__code",
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="K-{:06d}"),
            Column(_("Jenis"), "kind", Kind.CODE, dict(ComplaintKind.choices)),
            Column(_("Bidang"), "sector", Kind.CODE, dict(Sector.choices)),
            Column(_("Pokok masalah"), "issue", Kind.CODE, dict(Issue.choices)),
            Column(_("Kegentingan"), "urgency", Kind.CODE, dict(Urgency.choices)),
            Column(_("Saluran"), "channel", Kind.CODE, dict(Channel.choices)),
            Column(_("Keluarga"), "head_here"),
            Column(_("Kode desa"), "village_id"),
            Column(_("Desa"), "village__name"),
            Column(_("Status"), "state", Kind.CODE, dict(ComplaintState.choices)),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
            Column(_("Diterima"), "received_at", Kind.MOMENT),
            Column(_("Tanggapan pertama"), "responded_at", Kind.MOMENT),
            Column(_("Tenggat"), "due_at", Kind.MOMENT),
            Column(_("Jenjang"), "escalation", Kind.CODE, dict(EscalationLevel.choices)),
            Column(_("Hasil"), "outcome", Kind.CODE, dict(Outcome.choices)),
        ),
    ),
    Listing(
        key="bukti-keluhan",
        title=_("Bukti keluhan"),
        permission=Permission.COMPLAINT_VIEW,
        page="complaints:print",
        shown=receipts_shown,
        place="village__code",
        columns=(),
        letters=receipts,
        numbered=False,
        chosen=lambda params: len(chosen_numbers(params)),
    ),
)
