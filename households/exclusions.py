"""Signs against receiving aid (Kepmensos 73/HUK/2024 and the rules of DTSEN): shown with what they rest on, never decided by.

Some follow from the data; the others somebody sees and records. Whoever passes a registration on in spite of a sign gives
the reason, and the sign stays visible with it. The reason counts for one round of verification and for what was known when it was
given: a new round, or a sign that rests on something else by now, asks for a reason again.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from households.choices.registration import Exclusion, RegistrationState
from households.models import ExclusionFlag, PersonAnswers, Registration
from households.registry.rounds import rounds_of, stays_of
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core.errors import GuardFailed, NotPermitted

STATE_EMPLOYED = "5"  # status_kerja, the same in both code books
POWER_ABOVE_2200 = "5"  # daya, the same in both code books; Regsosek 2022-K has it for up to three meters
_YES = "yes"
METERS = ("daya", "daya_2", "daya_3")


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
    found = {code: (fact, sentence) for code, fact, sentence in _from_data(row)}
    stored = {flag.code: flag for flag in row.flags.all()}
    result = []
    for code in Exclusion.values:
        flag = stored.get(code)
        fact, sentence = found.get(code, ("", ""))
        seen = flag.evidence if flag else ""
        evidence = "; ".join(part for part in (sentence, seen) if part)
        if evidence:
            shows = f"{fact};{seen}"
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


def _from_data(row: Registration) -> list[tuple[str, str, str]]:
    """Return code, what is known in a word that needs no translation, and the sentence about it.

    What members do goes along when they move; the electricity of a former house says nothing of the present one.
    """
    family, found = row.family, []
    house = family.household
    if not house.address and not house.hamlet:
        found.append((Exclusion.NO_ADDRESS, _YES, _("Alamat dan jorong kosong.")))
    earlier = set(family.registrations.exclude(pk=row.pk).values_list("state", flat=True))
    if RegistrationState.NOT_FOUND in earlier:
        found.append((Exclusion.NOT_FOUND, _YES, _("Usulan terdahulu berakhir: tidak ditemukan.")))
    if RegistrationState.REFUSED in earlier:
        found.append((Exclusion.REFUSES, _YES, _("Usulan terdahulu berakhir: menolak didata.")))
    living = family.memberships.open()
    if living.exists() and not living.filter(person__died_on=None).exists():
        found.append((Exclusion.DIED, _YES, _("Semua anggota tercatat meninggal.")))
    newest = rounds_of(family, stays_of(family)).last()
    here = newest is not None and newest.household_id == house.pk
    if newest is not None and here and POWER_ABOVE_2200 in [newest.answers.get(name) for name in METERS]:
        found.append((Exclusion.POWER, _YES, _("Jawaban pendataan: daya listrik lebih dari 2.200 watt.")))
    if newest is not None:
        members = living.values("person")
        employed = PersonAnswers.objects.filter(
            round=newest, person__in=members, answers__status_kerja=STATE_EMPLOYED
        ).count()
        if employed:
            found.append(
                (
                    Exclusion.STATE_PAID,
                    str(employed),
                    _("Jawaban pendataan: %(n)d anggota PNS, TNI, Polri, BUMN, atau BUMD.") % {"n": employed},
                )
            )
    return [(str(code), fact, sentence) for code, fact, sentence in found]


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
