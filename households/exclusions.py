"""Signs against receiving aid (Kepmensos 73/HUK/2024 and the rules of DTSEN): shown with what they rest on, never decided by.

Some follow from the data; the others somebody sees and records. Whoever passes a registration on in spite of a sign gives
the reason, and the sign stays visible with it. The reason counts for one round of verification and for what was known when it was
given: a new round, or a sign that rests on something else by now, asks for a reason again.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.registration import Exclusion
from households.models import ExclusionFlag, Registration
from households.signs_in_data import Fact, facts_of
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core.errors import GuardFailed, NotPermitted

CHANGED = gettext_lazy("Tanda pengecualiannya berubah sejak halaman dibuka. Baca tandanya, lalu tulis alasannya lagi.")


class SignsUnanswered(GuardFailed):
    """Somebody has to give a reason against this family's own signs first; a step for many leaves the family out."""


@dataclass(frozen=True)
class Sign:
    """One sign: its code, what it rests on, and why the registration goes on all the same (empty: not answered).

    `shows` is what it rests on without words of any language, to be compared; `earlier_reason` one that does not count any more.
    """

    code: str
    evidence: str
    shows: str = ""
    override_reason: str = ""
    earlier_reason: str = ""

    @property
    def label(self) -> str:
        return str(Exclusion(self.code).label)


def signs(row: Registration) -> list[Sign]:
    """Return the signs that the data show and those that people recorded, in the order of the list of codes."""
    return signs_of(Registration.objects.filter(pk=row.pk))[row.pk]


def signs_of(rows: Any) -> dict[int, list[Sign]]:
    """Return the signs of many registrations, a query, by registration; as many questions to the database as for one."""
    found = list(rows.select_related(None).select_related("family__household").prefetch_related("flags"))
    facts = facts_of(found)
    return {row.pk: _signs(row, facts[row.pk]) for row in found}


def _signs(row: Registration, facts: list[Fact]) -> list[Sign]:
    shown = {fact.code: fact for fact in facts}
    stored = {flag.code: flag for flag in row.flags.all()}
    result = []
    for code in Exclusion.values:
        flag, fact = stored.get(code), shown.get(code)
        seen = flag.evidence if flag else ""
        evidence = "; ".join(part for part in (fact.sentence if fact else "", seen) if part)
        if evidence:
            shows = f"{fact.shows if fact else ''};{seen}"
            reason = flag.override_reason if flag else ""
            counts = flag is not None and _counts(flag, row, shows)
            result.append(Sign(code, evidence, shows, reason if counts else "", "" if counts else reason))
    return result


def _counts(flag: ExclusionFlag, row: Registration, shows: str) -> bool:
    """Whether a reason was given in this round and for what is known now; what was not kept speaks for it."""
    begun, given = row.verification_from, flag.overridden_at or flag.updated_at
    return (begun is None or given >= begun) and flag.overridden_for in ("", shows)


def unanswered(row: Registration) -> list[Sign]:
    """Return the signs that nobody has given a reason against in this round."""
    return [sign for sign in signs(row) if not sign.override_reason]


def mark(found: list[Sign]) -> str:
    """Return what a page carries along of the signs it asks a reason for: a reason answers these and no others."""
    told = ";".join(f"{sign.code}:{sign.shows}" for sign in found if not sign.override_reason)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def demand_reason(row: Registration, reason: str, written_for: str = "") -> None:
    """Refuse to pass a registration on while nobody gave a reason against its signs, or gave one for other signs.

    `written_for` is the `mark` of the signs that were shown; empty where no page showed any.
    """
    open_ones = unanswered(row)
    if not open_ones:
        return
    if not reason.strip():
        raise SignsUnanswered(
            "override_reason",
            _("Ada %(n)d tanda pengecualian. Tulis alasan mengapa usulan tetap diteruskan.") % {"n": len(open_ones)},
        )
    if written_for and written_for != mark(open_ones):
        raise SignsUnanswered("override_reason", CHANGED)


def record(row: Registration, code: str, evidence: str, *, by: User) -> ExclusionFlag:
    """Record a sign that somebody saw. Raises NotPermitted, or GuardFailed without evidence or for an unknown code.

    A sign that was answered before and is seen again with new evidence has to be answered again.
    """
    decision = may(by, Permission.REGISTRATION_VERIFY, row) or may(by, Permission.REGISTRATION_OFFICE, row)
    if not decision:
        raise NotPermitted(decision.reason)
    if code not in Exclusion.values:
        raise GuardFailed("code", _("Pilih tandanya."))
    if not evidence.strip():
        raise GuardFailed("evidence", _("Tulis apa buktinya."))
    values = {"evidence": evidence.strip()[:300], "raised_by": by, "override_reason": "", "overridden_by": None}
    values |= {"overridden_at": None, "overridden_for": ""}
    flag, _new = ExclusionFlag.objects.update_or_create(registration=row, code=code, defaults=values)
    trail.write("flag", row, by=by, code=code)
    return flag


def override(row: Registration, reason: str, *, by: User | None, at: datetime) -> int:
    """Answer every open sign of a registration with one reason; return how many. Belongs to the step's transaction."""
    given = {"override_reason": reason.strip()[:300], "overridden_by": by, "overridden_at": at}
    open_ones = unanswered(row) if reason.strip() else []
    for sign in open_ones:
        ExclusionFlag.objects.update_or_create(
            registration=row,
            code=sign.code,
            defaults={**given, "overridden_for": sign.shows[:400]},
        )
    return len(open_ones)
