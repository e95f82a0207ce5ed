"""The audit trail as a list that can leave, in the words of its page. It stands here, where every list and every life cycle is known.

The trail keeps codes; whoever is handed the file reads Indonesian. A code that nobody knows any more stays as it is.
"""

from typing import Any

from django.apps import apps
from django.db.models import BigIntegerField, Case, CharField, OuterRef, Subquery, TextField, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils.functional import lazy
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit.filters import AuditFilter
from slrt.audit.models import AuditEntry
from slrt.exports.choices import ExportBasis
from slrt.exports.registry import LISTINGS, Asked, Column, Kind, Listing, Shown, register
from slrt.workflow.engine import WORKFLOWS
from slrt.workflow.sentences import VERBS

MODELS = {model._meta.label_lower: model._meta for model in apps.get_models()}
# Said when it is read: the administration names some tables of other packages, and is loaded later than this.
_one = lazy(lambda meta: capfirst(str(meta.verbose_name)), str)
_many = lazy(lambda meta: capfirst(str(meta.verbose_name_plural)), str)
KEY, TITLE = "jejak", _("Jejak audit")


def trail_shown(asked: Asked) -> Shown:
    """The trail as its page shows it, newest first."""
    narrowed = AuditFilter(asked.params, AuditEntry.objects.visible_to(asked.user))
    return Shown(narrowed.qs, narrowed)


def _of_its_row(column: str, known: dict[str, dict[str, Any]]) -> Combinable:
    """A code together with what it is a code of, where that gives it words of its own: "cancel" is said in three ways."""
    told = Concat("subject", Value(" "), column, output_field=CharField())
    whens = [When(**{"subject": subject, f"{column}__in": list(codes)}, then=told) for subject, codes in known.items()]
    return Case(*whens, default=column, output_field=CharField())


def _labels(known: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {f"{subject} {code}": label for subject, codes in known.items() for code, label in codes.items()}


def _states() -> dict[str, dict[str, Any]]:
    fields = {subject: {f.name: f for f in meta.get_fields()}.get("state") for subject, meta in MODELS.items()}
    own = {subject: dict(getattr(field, "flatchoices", ()) or ()) for subject, field in fields.items()}
    flows = {subject: dict(flow.states.choices) for subject, flow in WORKFLOWS.items()}
    return {subject: codes for subject, codes in {**own, **flows}.items() if codes}


STEPS = {
    subject: {verb: step.told or step.label for verb, step in flow.by_name.items()}
    for subject, flow in WORKFLOWS.items()
}
STATES = _states()
# What a list or a register is called, by the key or the table that a line keeps.
LISTS = {
    **{meta.label: _many(meta) for meta in MODELS.values()},
    **{meta.label_lower: _many(meta) for meta in MODELS.values()},
    **{key: listing.title for key, listing in LISTINGS.items()},
    KEY: TITLE,
}
_PRINCIPAL = User.objects.filter(pk=Cast(OuterRef("details__in_name_of"), BigIntegerField())).values("username")
# Who acted is named by the account: two people may share a name. No account has a name in brackets.
CONSOLE, AUTOMATIC = "(console)", "(automatic)"
_BY = Case(
    When(actor__isnull=False, then="actor__username"),
    When(details__console=True, then=Value(CONSOLE)),
    default=Value(AUTOMATIC),
)
_LEFT = {"kind": AuditEntry.Kind.EXPORT}
TRAIL = Listing(
    key=KEY,
    title=TITLE,
    permission=Permission.AUDIT_VIEW,
    page="audit:list",
    shown=trail_shown,
    place="place",
    placeless=True,
    columns=(
        Column(_("Waktu"), "at", Kind.MOMENT),
        Column(_("Oleh"), _BY, Kind.CODE, {CONSOLE: _("Konsol server"), AUTOMATIC: _("SLRT (otomatis)")}),
        Column(_("Atas nama"), Subquery(_PRINCIPAL)),
        Column(_("Jenis"), "kind", Kind.CODE, dict(AuditEntry.Kind.choices)),
        Column(_("Langkah"), _of_its_row("verb", STEPS), Kind.CODE, {**VERBS, **_labels(STEPS)}),
        Column(_("Hal"), "subject", Kind.CODE, {name: _one(meta) for name, meta in MODELS.items()}),
        Column(_("Nomor baris"), "subject_id", Kind.WHOLE),
        Column(_("Dari"), _of_its_row("from_state", STATES), Kind.CODE, _labels(STATES)),
        Column(_("Ke"), _of_its_row("to_state", STATES), Kind.CODE, _labels(STATES)),
        Column(_("Kode wilayah"), "place"),
        Column(_("Daftar"), Coalesce(KT("details__listing"), KT("details__table")), Kind.CODE, LISTS),
        Column(_("Baris"), Case(When(**_LEFT, then=KT("details__rows")), output_field=CharField()), Kind.WHOLE),
        Column(_("Dasar hukum"), KT("details__basis"), Kind.CODE, dict(ExportBasis.choices)),
        # What other lines note stays on the page of its row, as in the trail's own page.
        Column(
            _("Keperluan"), Case(When(**_LEFT, then="note"), default=Value(""), output_field=TextField()), Kind.WORDS
        ),
    ),
)
register(TRAIL)
