"""Where the findings of the integrity checks are mended: the pages of the rows they lie in, and what is to be done there.

Every kind of finding has a sentence; those whose rows have a page lead to it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints.models import Complaint
from households.models import (
    AnswerFile,
    DuplicateCandidate,
    Family,
    ImportRun,
    Membership,
    Merge,
    Objection,
    Photo,
    Registration,
    Revisit,
    VillageMeeting,
)
from programs.models import Enrolment
from referrals.models import Referral
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.dashboard import kept_numbers
from slrt.jobs import selectors
from slrt.jobs.models import Alert

SHOWN = 20  # rows of a finding
DROPPED = "import.dropped"


@dataclass(frozen=True)
class Place:
    """A page that a finding leads to: what it is of, its number or what it is called, and its address; none for who may not open it.

    `name` is the family's, as lists name it, for whoever may see the family.
    """

    kind: Any
    number: Any
    url: str
    name: str = ""


@dataclass(frozen=True)
class Finding:
    """An alert, the pages of its first rows, and what is to be done there."""

    alert: Alert
    places: list[Place]
    advice: Any


@dataclass(frozen=True)
class Page:
    """A kind of page: its word, the model of its rows and its address; `family` is the field that tells whose it is."""

    kind: Any
    model: Any
    url: str
    family: str = ""

    def places(self, ids: list[int], user: User) -> list[Place]:
        """Return the pages of these rows; only of those that the person sees with an address."""
        open_to = (
            set(self.model.objects.visible_to(user).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
        )
        names = self._names(open_to, user)
        return [
            Place(self.kind, pk, reverse(self.url, args=[pk]) if pk in open_to else "", names.get(pk, "")) for pk in ids
        ]

    def _names(self, ids: set[int], user: User) -> dict[int, str]:
        if not (self.family and ids):
            return {}
        whose = dict(self.model.objects.filter(pk__in=ids).values_list("pk", self.family))
        families = Family.objects.visible_to(user).filter(pk__in=set(whose.values()))
        named = {
            pk: f"{head or _('tanpa kepala')}, {village}"
            for pk, head, village in families.values_list("pk", "head__name", "household__village__name")
        }
        return {pk: named[family] for pk, family in whose.items() if family in named}


FAMILY = Page(lazy("keluarga"), Family, "dashboard:case_file", "pk")
PHOTOS = Page(lazy("foto keluarga"), Family, "households:photos", "pk")
REGISTRATION = Page(lazy("pendaftaran"), Registration, "households:registration", "family_id")
MEETING = Page(lazy("musyawarah"), VillageMeeting, "households:meeting")
REFERRAL = Page(lazy("rujukan"), Referral, "referrals:detail", "family_id")
COMPLAINT = Page(lazy("keluhan"), Complaint, "complaints:detail")
IMPORT = Page(lazy("impor"), ImportRun, "households:import")
OBJECTION = Page(lazy("usul atau sanggah"), Objection, "households:objection")
ANSWER = Page(lazy("berkas jawaban"), AnswerFile, "households:answer")
PAIR = Page(lazy("dugaan ganda"), DuplicateCandidate, "households:duplicate")
MERGE = Page(lazy("penggabungan"), Merge, "households:merge")


def _same(ids: list[int]) -> Iterable[int]:
    return ids


def _of_households(ids: list[int]) -> Iterable[int]:
    return Family.objects.filter(household__in=ids, merged_into=None).values_list("pk", flat=True)


def _of_people(ids: list[int]) -> Iterable[int]:
    return Membership.objects.open().filter(person__in=ids).values_list("family_id", flat=True)


def _of_enrolments(ids: list[int]) -> Iterable[int]:
    return Enrolment.objects.filter(pk__in=ids).values_list("family_id", flat=True)


def _of_photos(ids: list[int]) -> Iterable[int]:
    return Photo.objects.filter(pk__in=ids, family__isnull=False).values_list("family_id", flat=True)


def _of_revisits(ids: list[int]) -> Iterable[int]:
    return Revisit.objects.filter(pk__in=ids).values_list("registration_id", flat=True)


def _signed(ids: list[int]) -> Iterable[int]:
    return Registration.objects.filter(sptjm_paper__in=ids).values_list("pk", flat=True)


def _minuted(ids: list[int]) -> Iterable[int]:
    return VillageMeeting.objects.filter(minutes__in=ids).values_list("pk", flat=True)


Way = tuple[Page, Callable[[list[int]], Iterable[int]]]

IN_THE_FAMILY = lazy("Buka keluarganya, pilih Catat perubahan, dan betulkan di situ.")
COMPARE = lazy(
    "Bandingkan status di halamannya dengan jejaknya. Tidak ada langkah yang membetulkannya: beri tahu %(keeper)s, sebutkan kode"
    " dan nomornya."
)
NO_PAGE = lazy(
    "Baris yang ditunjuk sudah tidak ada, jadi tidak ada halamannya. Beri tahu %(keeper)s, sebutkan kode dan nomornya; isinya"
    " diambil dari cadangan."
)
REGISTER = lazy(
    "Buka barisnya di Administrasi, hapus nomornya dari kolom itu, lalu simpan. Tanpa akses ke sana: beri tahu %(keeper)s, sebutkan"
    " daftar, kolom, dan barisnya."
)
FILES = lazy("Minta %(keeper)s mengambil berkasnya dari cadangan.")

WAYS: dict[str, tuple[list[Way], Any]] = {
    "membership.twice": ([(FAMILY, _of_people)], IN_THE_FAMILY),
    "membership.overlap": (
        [(FAMILY, _of_people)],
        lazy(
            "Buka keluarganya dan baca riwayatnya. Batalkan peristiwa terakhir yang keliru, atau beri tahu %(keeper)s."
        ),
    ),
    "family.head": ([(FAMILY, _same)], IN_THE_FAMILY),
    "household.head": ([(FAMILY, _of_households)], IN_THE_FAMILY),
    "household.one_head": ([(FAMILY, _of_households)], IN_THE_FAMILY),
    "enrolment.person": (
        [(FAMILY, _of_enrolments)],
        lazy("Buka keluarganya: pesertanya bukan anggota. Catat kepindahannya, atau akhiri kepesertaan itu."),
    ),
    "enrolment.dates": (
        [(FAMILY, _of_enrolments)],
        lazy(
            "Buka keluarganya dan cocokkan tanggal kepesertaannya dengan kartu atau suratnya. Administrator membetulkannya."
        ),
    ),
    "referral.receiver": (
        [(REFERRAL, _same)],
        lazy("Buka rujukannya dan kirim ke lembaga lain, atau minta administrator mengaktifkan lagi lembaganya."),
    ),
    "referral.enrolment": (
        [(REFERRAL, _same)],
        lazy(
            "Buka rujukannya: bantuan tercatat diberikan, kepesertaannya tidak. Beri tahu %(keeper)s, sebutkan nomornya."
        ),
    ),
    "complaint.referral": ([(COMPLAINT, _same)], lazy("Buka keluhannya, lalu rujuk lagi atau teruskan penanganannya.")),
    "file.photo": (
        [(PHOTOS, _of_photos)],
        lazy("Ambil ulang fotonya pada kunjungan berikutnya, atau minta %(keeper)s mengambil berkasnya dari cadangan."),
    ),
    "file.paper": ([(MEETING, _minuted), (REGISTRATION, _signed)], FILES),
    "file.import": ([(IMPORT, _same)], FILES),
    DROPPED: (
        [(IMPORT, _same)],
        lazy(
            "Buka impornya dan baca sebabnya. Perbaiki berkasnya, lalu taruh lagi di folder titipan atau unggah sendiri."
        ),
    ),
    "trail.seal": (
        [],
        lazy(
            "Jejak audit diubah di luar program. Beri tahu %(keeper)s dan pemeriksa; blok bernomor ini dibandingkan dengan cadangan"
            " (panduan operasi)."
        ),
    ),
}
# Pages of the rows that have a life cycle, by model.
PAGES: dict[str, Way] = {
    "complaints.complaint": (COMPLAINT, _same),
    "households.answerfile": (ANSWER, _same),
    "households.duplicatecandidate": (PAIR, _same),
    "households.merge": (MERGE, _same),
    "households.objection": (OBJECTION, _same),
    "households.registration": (REGISTRATION, _same),
    "households.revisit": (REGISTRATION, _of_revisits),
    "households.villagemeeting": (MEETING, _same),
    "referrals.referral": (REFERRAL, _same),
}


def way(code: str) -> tuple[list[Way], Any]:
    """Return where a check's rows have their pages, and what is to be done."""
    if code in WAYS:
        return WAYS[code]
    kind, _dot, label = code.partition(".")
    if kind == kept_numbers.KIND:
        return [], REGISTER
    if kind in ("state", "trail") and label in PAGES:
        return [PAGES[label]], COMPARE
    return [], NO_PAGE


def keeper(user: User) -> str:
    """Return who helps this person with what no page mends: administrators are sent on to whoever keeps the server."""
    return _("pengelola server") if user.holds(Permission.USERS_MANAGE) else _("administrator")


def findings(user: User) -> list[Finding]:
    """Return what is not mended yet, for whoever is told of it; only pages that the person may open have an address.

    What waits for the person on the same page is told there, as a task.
    """
    return [_finding(alert, user) for alert in selectors.alerts(user) if not _waits_for(user, alert)]


def _waits_for(user: User, alert: Alert) -> bool:
    """Whether every file that was found to have failed is one that this person is to continue, or is mended by now."""
    if alert.check_code != DROPPED or not user.holds(Permission.IMPORT_RUN) or alert.count > len(alert.ids):
        return False
    waiting = ImportRun.objects.visible_to(user).to_continue().values("pk")
    return not ImportRun.objects.failed().filter(pk__in=alert.ids).exclude(pk__in=waiting).exists()


def _finding(alert: Alert, user: User) -> Finding:
    ways, advice = way(alert.check_code)
    said = str(advice) % {"keeper": keeper(user)}
    places = [Place(*told) for told in kept_numbers.rows_of(alert.check_code, alert.ids[:SHOWN], user)]
    for page, rows in ways:
        places += page.places(sorted(set(rows(alert.ids[:SHOWN])))[:SHOWN], user)
    return Finding(alert, places[:SHOWN], said)
