"""The audit trail as a list that can leave. It stands here, since the trail lies below this app and knows nothing of it."""

from django.db.models import BigIntegerField, Case, OuterRef, Subquery, Value, When
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit.filters import AuditFilter
from slrt.audit.models import AuditEntry
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, register


def trail_shown(asked: Asked) -> Shown:
    """The trail as its page shows it, newest first."""
    narrowed = AuditFilter(asked.params, AuditEntry.objects.visible_to(asked.user))
    return Shown(narrowed.qs, narrowed)


_PRINCIPAL = User.objects.filter(pk=Cast(OuterRef("details__in_name_of"), BigIntegerField())).values("username")
TRAIL = Listing(
    key="jejak",
    title=_("Jejak audit"),
    permission=Permission.AUDIT_VIEW,
    page="audit:list",
    shown=trail_shown,
    place="place",
    placeless=True,
    columns=(
        Column(_("Waktu"), "at", Kind.MOMENT),
        Column(_("Oleh"), Case(When(details__console=True, then=Value("konsol")), default="actor__username")),
        Column(_("Atas nama"), Subquery(_PRINCIPAL)),
        Column(_("Jenis"), "kind", Kind.CODE, dict(AuditEntry.Kind.choices)),
        Column(_("Langkah"), "verb"),
        Column(_("Hal"), "subject"),
        Column(_("Nomor baris"), "subject_id", Kind.WHOLE),
        Column(_("Dari"), "from_state"),
        Column(_("Ke"), "to_state"),
        Column(_("Wilayah"), "place"),
    ),
)
register(TRAIL)
