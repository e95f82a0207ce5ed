"""Signs against receiving aid (Kepmensos 73/HUK/2024 and the rules of DTSEN): shown with what they rest on, never decided by.

Some follow from the data; the others somebody sees and records. Whoever passes a registration on in spite of a sign gives
the reason, and the sign stays visible with it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from households.choices.registration import Exclusion, RegistrationState
from households.models import ExclusionFlag, PersonAnswers, Registration
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core.errors import GuardFailed, NotPermitted

STATE_EMPLOYED = "5"  # status_kerja, the same in both code books
POWER_ABOVE_2200 = "5"  # daya, the same in both code books; Regsosek 2022-K has it for up to three meters
METERS = ("daya", "daya_2", "daya_3")


@dataclass(frozen=True)
class Sign:
    """One sign: its code, what it rests on, and why the registration goes on all the same (empty: not answered)."""

    code: str
    evidence: str
    override_reason: str = ""
    by: Any = None

    @property
    def label(self) -> str:
        return str(Exclusion(self.code).label)


def signs(row: Registration) -> list[Sign]:
    """Return the signs that the data show and those that people recorded, in the order of the list of codes."""
    found = dict(_from_data(row))
    stored = {flag.code: flag for flag in row.flags.select_related("overridden_by")}
    result = []
    for code in Exclusion.values:
        flag = stored.get(code)
        evidence = "; ".join(part for part in (found.get(code, ""), flag.evidence if flag else "") if part)
        if evidence:
            answered = (flag.override_reason, flag.overridden_by) if flag else ("", None)
            result.append(Sign(code, evidence, *answered))
    return result


def unanswered(row: Registration) -> list[Sign]:
    """Return the signs that nobody has given a reason against yet."""
    return [sign for sign in signs(row) if not sign.override_reason]


def _from_data(row: Registration) -> list[tuple[str, str]]:
    family, found = row.family, []
    house = family.household
    if not house.address and not house.hamlet:
        found.append((Exclusion.NO_ADDRESS, _("Alamat dan jorong kosong.")))
    earlier = set(family.registrations.exclude(pk=row.pk).values_list("state", flat=True))
    if RegistrationState.NOT_FOUND in earlier:
        found.append((Exclusion.NOT_FOUND, _("Usulan terdahulu berakhir: tidak ditemukan.")))
    if RegistrationState.REFUSED in earlier:
        found.append((Exclusion.REFUSES, _("Usulan terdahulu berakhir: menolak didata.")))
    living = family.memberships.open()
    if living.exists() and not living.filter(person__died_on=None).exists():
        found.append((Exclusion.DIED, _("Semua anggota tercatat meninggal.")))
    newest = house.rounds.first()
    if newest is not None and POWER_ABOVE_2200 in [newest.answers.get(name) for name in METERS]:
        found.append((Exclusion.POWER, _("Jawaban pendataan: daya listrik lebih dari 2.200 watt.")))
    if newest is not None:
        members = living.values("person")
        employed = PersonAnswers.objects.filter(
            round=newest, person__in=members, answers__status_kerja=STATE_EMPLOYED
        ).count()
        if employed:
            found.append(
                (
                    Exclusion.STATE_PAID,
                    _("Jawaban pendataan: %(n)d anggota PNS, TNI, Polri, BUMN, atau BUMD.") % {"n": employed},
                )
            )
    return [(str(code), sentence) for code, sentence in found]


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
    flag, _new = ExclusionFlag.objects.update_or_create(registration=row, code=code, defaults=values)
    trail.write("flag", row, by=by, code=code)
    return flag


def override(row: Registration, reason: str, *, by: User | None) -> int:
    """Answer every open sign of a registration with one reason; return how many. Belongs to the step's transaction."""
    open_ones = unanswered(row) if reason.strip() else []
    for sign in open_ones:
        ExclusionFlag.objects.update_or_create(
            registration=row,
            code=sign.code,
            defaults={"override_reason": reason.strip()[:300], "overridden_by": by},
        )
    return len(open_ones)
