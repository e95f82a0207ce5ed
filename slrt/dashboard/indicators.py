"""Every number on a home page is one of these: a name and the query that both counts and lists its rows.

Because the count and the list come from the same queryset, they cannot disagree. All start from `visible_to(user)`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as lazy

from complaints.choices import ComplaintState
from complaints.models import Complaint
from households.choices.registration import RegistrationState
from households.models import DuplicateCandidate, Family, ImportRun, Merge, Objection, Registration
from households.registry.freshness import with_old_data
from referrals.choices import ReferralState
from referrals.models import Referral
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.bounded import MOST, up_to

Query = Callable[[User], Any]


@dataclass(frozen=True)
class Indicator:
    """A counted set of rows. `kind` names how its rows are listed: one of those in `NEEDED`.

    `bounded`: the program makes them, as many as it likes, so they are counted up to a bound only (`slrt.core.bounded`).
    """

    code: str
    label: Any
    kind: str
    query: Query
    late: bool = False
    bounded: bool = False

    def rows(self, user: User, area: str = "") -> Any:
        """Return the rows a person may see, in an area if one is given.

        Bounded ones are not looked up in an area that holds all of the person's own: each of a million would be.
        """
        found = self.query(user)
        every = self.bounded and all(covers(area, own) for own in user.areas_for(NEEDED[self.kind]))
        return found.in_region(area) if area and not every else found

    def count(self, user: User, area: str = "", most: int = MOST) -> int:
        """Return how many there are, of those without number up to a bound."""
        found = self.rows(user, area)
        return up_to(found, most) if self.bounded else found.count()


INDICATORS: dict[str, Indicator] = {}


def _add(code: str, label: Any, kind: str, query: Query, late: bool = False, bounded: bool = False) -> None:
    INDICATORS[code] = Indicator(code, label, kind, query, late, bounded)


def _registrations(*states: str) -> Query:
    return lambda user: Registration.objects.visible_to(user).filter(state__in=states)


def _complaints(*states: str) -> Query:
    return lambda user: Complaint.objects.visible_to(user).filter(state__in=states)


def _referrals(*states: str) -> Query:
    return lambda user: Referral.objects.visible_to(user).filter(state__in=states)


R, C, F = RegistrationState, ComplaintState, ReferralState
SENT = (
    F.SENT,
    F.RECEIVED,
    F.ACCEPTED,
    F.WAITLISTED,
    F.NEED_INFO,
    F.REDIRECTED,
    F.REJECTED,
    F.FAILED,
    F.EXPIRED,
    F.SERVED,
    F.CONFIRMED,
    F.CLOSED,
    F.CLOSED_UNSERVED,
    F.RE_REFERRED,
)
ACCEPTED = (F.ACCEPTED, F.WAITLISTED, F.SERVED, F.CONFIRMED, F.CLOSED)
SERVED = (F.SERVED, F.CONFIRMED, F.CLOSED)
CONFIRMED = (F.CONFIRMED, F.CLOSED)


def _families(user: User) -> QuerySet:
    return Family.objects.visible_to(user)


# Families of each step of the funnel. A set to be in, not a question asked for each family: there may be a million of them.
REACHED = {
    "listed": Q(pk__in=Registration.objects.listed().values("family")),
    "referred": Q(pk__in=Referral.objects.filter(state__in=SENT).values("family")),
    "accepted": Q(pk__in=Referral.objects.filter(state__in=ACCEPTED).values("family")),
    "served": Q(pk__in=Referral.objects.filter(state__in=SERVED).values("family")),
    "confirmed": Q(pk__in=Referral.objects.filter(state__in=CONFIRMED).values("family")),
}


def _reached(step: str) -> Query:
    return lambda user: _families(user).filter(REACHED[step])


def _without_programme(user: User) -> QuerySet:
    # Not "outside of the set of the referred": that set is looked through for each family once it no longer fits in memory.
    referred = Exists(Referral.objects.filter(family=OuterRef("pk")))
    return _families(user).filter(~referred, decile=1, enrolments=None)


def _old_data(user: User) -> QuerySet:
    return with_old_data(_families(user))


def _headless(user: User) -> QuerySet:
    return _families(user).filter(head=None, memberships__ended_on=None, memberships__isnull=False).distinct()


def _gone_from_extract(user: User) -> QuerySet:
    return _families(user).filter(missing_since__isnull=False)


def _visited_this_month(user: User) -> QuerySet:
    first = clock.today().replace(day=1)
    return _families(user).filter(visits__facilitator=user, visits__sent_at__date__gte=first).distinct()


# The funnel from registered to aid received: each step counts families.
_add("families", lazy("Keluarga terdata"), "family", _families)
_add("listed", lazy("Terdaftar di DTSEN"), "family", _reached("listed"))
_add("referred", lazy("Dirujuk"), "family", _reached("referred"))
_add("accepted", lazy("Diterima lembaga"), "family", _reached("accepted"))
_add("served", lazy("Bantuan diberikan"), "family", _reached("served"))
_add("confirmed", lazy("Dipastikan warga"), "family", _reached("confirmed"))
FUNNEL = ("families", "listed", "referred", "accepted", "served", "confirmed")

_add("decile1_nothing", lazy("Desil 1 tanpa rujukan"), "family", _without_programme, late=True)
_add("old_data", lazy("Data lebih lama dari 3 bulan"), "family", _old_data)
_add("headless", lazy("Keluarga tanpa kepala keluarga"), "family", _headless, bounded=True)
_add("gone_from_extract", lazy("Tidak ada lagi di berkas kementerian"), "family", _gone_from_extract, bounded=True)
_add("visited", lazy("Keluarga dikunjungi bulan ini"), "family", _visited_this_month)

_add("complaints_new", lazy("Keluhan baru, perlu dipilah"), "complaint", _complaints(C.RECORDED))
_add(
    "complaints_check",
    lazy("Keluhan perlu diperiksa"),
    "complaint",
    _complaints(C.TRIAGED, C.DATA_CHECK, C.ASSESSED, C.REOPENED, C.IN_HANDLING),
)
_add("complaints_visit", lazy("Keluhan menunggu kunjungan"), "complaint", _complaints(C.HOME_VISIT))
_add("complaints_tell", lazy("Hasil perlu disampaikan"), "complaint", _complaints(C.RESOLVED, C.ANSWERED_ON_SPOT))
_add("complaints_close", lazy("Keluhan siap ditutup"), "complaint", _complaints(C.FEEDBACK_GIVEN))
_add("complaints_open", lazy("Keluhan terbuka"), "complaint", lambda user: Complaint.objects.visible_to(user).open())
_add(
    "complaints_late",
    lazy("Keluhan lewat tenggat"),
    "complaint",
    lambda user: Complaint.objects.visible_to(user).overdue(clock.now()),
    late=True,
)

_add("referrals_draft", lazy("Draf rujukan"), "referral", _referrals(F.DRAFT, F.PREREQUISITES_MISSING, F.RETURNED))
_add("referrals_review", lazy("Rujukan perlu disetujui"), "referral", _referrals(F.AWAITING_REVIEW))
_add("referrals_sign", lazy("Rujukan perlu ditandatangani"), "referral", _referrals(F.INITIALLED))
_add("referrals_send", lazy("Rujukan siap dikirim"), "referral", _referrals(F.SIGNED))
_add("referrals_new", lazy("Rujukan baru untuk lembaga"), "referral", _referrals(F.SENT, F.RECEIVED))
_add("referrals_work", lazy("Rujukan sedang dikerjakan"), "referral", _referrals(F.ACCEPTED, F.WAITLISTED))
_add("referrals_info", lazy("Lembaga minta data"), "referral", _referrals(F.NEED_INFO))
_add(
    "referrals_refused",
    lazy("Rujukan kembali dari lembaga"),
    "referral",
    _referrals(F.REJECTED, F.FAILED, F.EXPIRED),
    late=True,
)
_add("referrals_confirm", lazy("Bantuan perlu dipastikan ke warga"), "referral", _referrals(F.SERVED))
_add("referrals_close", lazy("Rujukan siap ditutup"), "referral", _referrals(F.CONFIRMED))
_add(
    "referrals_late",
    lazy("Rujukan lewat tenggat"),
    "referral",
    lambda user: Referral.objects.visible_to(user).overdue(clock.now()),
    late=True,
)

_add(
    "registrations_draft",
    lazy("Usulan perlu dilanjutkan"),
    "registration",
    _registrations(R.DRAFT, R.IDENTITY_FIX, R.UPDATE_DUE),
)
_add("registrations_identity", lazy("Identitas perlu dicek"), "registration", _registrations(R.IDENTITY_CHECK))
_add(
    "registrations_meeting",
    lazy("Menunggu musyawarah"),
    "registration",
    _registrations(R.INITIAL_LIST, R.MEETING, R.RETURNED_TO_VILLAGE),
)
_add(
    "registrations_field",
    lazy("Perlu verifikasi lapangan"),
    "registration",
    _registrations(R.FINAL_LIST, R.FIELD_VERIFICATION, R.RETURNED),
)
_add(
    "registrations_yours",
    lazy("Verifikasi lapangan ditugaskan kepada Anda"),
    "registration",
    lambda user: Registration.objects.visible_to(user).to_verify_by(user),
)
_add(
    "registrations_unassigned",
    lazy("Verifikasi lapangan belum ditugaskan"),
    "registration",
    lambda user: Registration.objects.visible_to(user).to_verify_by(None),
)
_add(
    "registrations_supervise",
    lazy("Verifikasi menunggu supervisor"),
    "registration",
    _registrations(R.VERIFIED, R.END_PROPOSED),
)
_add("registrations_office", lazy("Menunggu verifikasi dinas"), "registration", _registrations(R.SUPERVISOR_APPROVED))
_add("registrations_endorse", lazy("Usulan perlu disahkan"), "registration", _registrations(R.OFFICE_VERIFIED))
_add("registrations_send", lazy("Usulan siap dikirim"), "registration", _registrations(R.ENDORSED))
_add(
    "registrations_result",
    lazy("Menunggu hasil Kementerian"),
    "registration",
    _registrations(R.SENT_TO_MINISTRY, R.RANKED),
)
_add("registrations_exit", lazy("Usulan keluar, perlu diputuskan"), "registration", _registrations(R.EXIT_PROPOSED))

_add(
    "registrations_untold",
    lazy("Hasil pendaftaran belum disampaikan"),
    "registration",
    lambda user: Registration.objects.visible_to(user).untold(),
)

_add(
    "objections_open",
    lazy("Usul dan sanggah perlu diputuskan"),
    "objection",
    lambda user: Objection.objects.visible_to(user).open(),
)
_add(
    "objections_untold",
    lazy("Jawaban usul dan sanggah belum disampaikan"),
    "objection",
    lambda user: Objection.objects.visible_to(user).untold(),
)
_add(
    "duplicates_decide",
    lazy("Dugaan ganda perlu diperiksa"),
    "pair",
    lambda user: DuplicateCandidate.objects.visible_to(user).to_decide(),
    bounded=True,
)
_add(
    "merges_confirm",
    lazy("Penggabungan perlu disahkan"),
    "merge",
    lambda user: Merge.objects.visible_to(user).to_confirm(user),
)
_add(
    "imports_apply",
    lazy("Berkas impor siap diterapkan"),
    "import",
    lambda user: ImportRun.objects.visible_to(user).to_apply(user),
)
_add(
    "imports_continue",
    lazy("Berkas impor perlu dilanjutkan"),
    "import",
    lambda user: ImportRun.objects.visible_to(user).to_continue(),
)

NEEDED = {
    "family": P.FAMILY_VIEW,
    "registration": P.REGISTRATION_VIEW,
    "objection": P.REGISTRATION_VIEW,
    "complaint": P.COMPLAINT_VIEW,
    "referral": P.REFERRAL_VIEW,
    "pair": P.DUPLICATE_VIEW,
    "merge": P.DUPLICATE_VIEW,
    "import": P.IMPORT_APPROVE,
}
