"""The registry's lists: the rows each page shows, and the columns of the file that holds them."""

from typing import Any

from django.db.models import Case, CharField, Count, IntegerField, OuterRef, Prefetch, QuerySet, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from households.choices.fieldcheck import RevisitState
from households.choices.imports import ImportKind, ImportState
from households.choices.meeting import MeetingState
from households.choices.objection import ObjectionKind, ObjectionState, ObjectorKind
from households.choices.person import NoNikReason, Relation, Sex
from households.choices.registration import RegistrationState
from households.choices.visit import VisitStatus
from households.filters import FamilyFilter, RegistrationFilter, VisitFilter
from households.importing.handing_back import was_handed_back
from households.models import Family, ImportRun, Membership, Objection, Registration, Revisit, VillageMeeting, Visit
from households.models.registration import ENDED_STATES
from households.querysets.household import BY_RELATION
from households.search import NAMES_SHOWN, is_number, search
from households.tables import FamilyTable, RegistrationTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, person, register

S = RegistrationState
REGISTRATION_TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "identity": (_("Identitas"), (S.DRAFT, S.IDENTITY_CHECK, S.IDENTITY_FIX)),
    "village": (_("Musyawarah"), (S.INITIAL_LIST, S.MEETING, S.RETURNED_TO_VILLAGE)),
    "field": (_("Verifikasi"), (S.FINAL_LIST, S.FIELD_VERIFICATION, S.RETURNED, S.VERIFIED, S.END_PROPOSED)),
    "office": (_("Dinas"), (S.SUPERVISOR_APPROVED, S.OFFICE_VERIFIED, S.ENDORSED)),
    "ministry": (_("Kementerian"), (S.SENT_TO_MINISTRY, S.RANKED)),
    "listed": (_("Terdaftar"), (S.DETERMINED, S.UPDATE_DUE)),
    "leaving": (_("Usulan keluar"), (S.EXIT_PROPOSED,)),
    "ended": (_("Berakhir"), ENDED_STATES),
}
UNTOLD = "untold"  # a tab beside the stages: whose result nobody has told yet


def families_shown(asked: Asked, found: QuerySet | None = None) -> Shown:
    """Families as their list shows them; `found` are those a number led to, which stands in no address."""
    families: Any = Family.objects.visible_to(asked.user) if found is None else found
    query = asked.params.get("q", "").strip()[:100]
    said = ""
    if found is None and query and not is_number(query):
        leads = search(query, asked.user)
        families = leads.families
        said = gettext("Pencarian: %(words)s") % {"words": query}
        if leads.capped:  # a file is handed on without the page that says so
            said = gettext("%(search)s (hanya %(most)s keluarga pertama, masih ada yang lain)") % {
                "search": said,
                "most": NAMES_SHOWN,
            }
    newest = Prefetch("registrations", Registration.objects.order_by("-pk"))
    narrowed = FamilyFilter(asked.params, families.for_list().prefetch_related(newest).order_by("-pk"), request=asked)
    table = FamilyTable(narrowed.qs, order_by=asked.params.getlist("sort"))
    return Shown(table.data.data, narrowed, part=said)


def members_shown(asked: Asked) -> Shown:
    """The present members of the families that the list shows, family by family, in the order of a family's page."""
    families = families_shown(asked)
    rows = Membership.objects.open().filter(family__in=families.rows.order_by().values("pk"))
    return Shown(rows.order_by("-family_id", BY_RELATION, "person__birth_date", "pk"), families.filter, families.part)


def registrations_shown(asked: Asked) -> Shown:
    """Registrations of one stage as their list shows them."""
    visible = Registration.objects.visible_to(asked.user)
    chosen = asked.params.get("tab", "")
    if chosen not in REGISTRATION_TABS and chosen != UNTOLD:
        there = set(visible.order_by().values_list("state", flat=True).distinct())
        chosen = next((key for key, (_l, states) in REGISTRATION_TABS.items() if there & set(states)), "identity")
    label, rows = _("Belum diberi tahu"), visible.untold()
    if chosen != UNTOLD:
        label, states = REGISTRATION_TABS[chosen]
        rows = visible.filter(state__in=states)
    narrowed = RegistrationFilter(asked.params, rows.for_list(), request=asked)
    table = RegistrationTable(narrowed.qs, order_by=asked.params.getlist("sort") or "state_since")
    return Shown(table.data.data, narrowed, part=label)


def objections_shown(asked: Asked) -> Shown:
    """Objections of one state, or those whose answer nobody has told yet, the most pressing first."""
    visible = Objection.objects.visible_to(asked.user).for_list()
    chosen = asked.params.get("tab", "")
    if chosen == UNTOLD:
        return Shown(visible.untold(), part=_("Belum diberi tahu"))
    state = ObjectionState(chosen) if chosen in ObjectionState.values else ObjectionState.FILED
    return Shown(visible.filter(state=state), part=state.label)


def meetings_shown(asked: Asked) -> Shown:
    """Village meetings, newest first, with how many families were decided on."""
    rows = VillageMeeting.objects.visible_to(asked.user).annotate(families=Count("decisions"))
    return Shown(rows.order_by("-held_on", "-pk"))


def revisits_shown(asked: Asked) -> Shown:
    """Registrations drawn to be looked at a second time: those still to be seen first."""
    to_see = Case(When(state=RevisitState.DRAWN, then=0), default=1)
    return Shown(Revisit.objects.visible_to(asked.user).for_page().order_by(to_see, "-state_since", "pk"))


def visits_shown(asked: Asked) -> Shown:
    """Who visits sees the own ones, drafts first, or on the tab `draft` those alone; everybody else those that are over, of the
    families they see, newest first."""
    user = asked.user
    if user.holds(Permission.VISIT_WRITE):
        own = Visit.objects.visible_to(user).with_head_here(user).order_by("state", "-updated_at", "-pk")
        if asked.params.get("tab") == VisitStatus.DRAFT:
            return Shown(own.filter(state=VisitStatus.DRAFT), part=VisitStatus.DRAFT.label)
        return Shown(own)
    narrowed = VisitFilter(asked.params, Visit.objects.told_to(user).with_head_here(user), request=asked)
    return Shown(narrowed.qs.order_by("-updated_at", "-pk"), narrowed)


def imports_shown(asked: Asked) -> Shown:
    """Uploads of the person's areas, newest first."""
    return Shown(ImportRun.objects.visible_to(asked.user).order_by("-created_at"))


def _count(name: str) -> Cast:
    return Cast(KeyTextTransform(name, "counts"), IntegerField())


# A cancelled file that somebody handed back is listed as that.
_HANDED_BACK = "handed_back"
_IMPORT_STATE = Case(When(was_handed_back(), then=Value(_HANDED_BACK)), default="state", output_field=CharField())
_IMPORT_STATES = {**dict(ImportState.choices), _HANDED_BACK: _("Dikembalikan")}

_NEWEST = Registration.objects.filter(family=OuterRef("pk")).order_by("-pk").values("state")[:1]
_HOUSE = "family__household__"

register(
    Listing(
        key="keluarga",
        title=_("Keluarga"),
        permission=Permission.FAMILY_VIEW,
        page="households:list",
        shown=families_shown,
        place="household__village__code",
        columns=(
            Column(_("Nomor keluarga"), "pk", Kind.SHAPED, shape="KEL-{}"),
            Column(_("Kepala keluarga"), "head__name"),
            Column(_("Nomor KK"), "kk_encrypted", Kind.GUARDED),
            Column(_("Kode desa"), "household__village_id"),
            Column(_("Desa"), "household__village__name"),
            Column(_("Alamat"), "household__address", Kind.WORDS),
            Column("RT", "household__rt"),
            Column("RW", "household__rw"),
            Column(_("Desil"), "decile", Kind.WHOLE),
            Column(_("Periode desil"), "decile_period"),
            Column(_("DTSEN"), Subquery(_NEWEST), Kind.CODE, dict(RegistrationState.choices)),
            Column(_("Terakhir dikunjungi"), "household__last_visited_on", Kind.DATE),
        ),
    ),
    Listing(
        key="anggota",
        title=_("Anggota keluarga"),
        permission=Permission.FAMILY_VIEW,
        page="households:list",
        shown=members_shown,
        place=_HOUSE + "village__code",
        columns=(
            Column(_("Nomor keluarga"), "family_id", Kind.SHAPED, shape="KEL-{}"),
            Column(_("Nomor KK"), "family__kk_encrypted", Kind.GUARDED),
            Column(_("Nama"), "person__name"),
            Column(_("NIK"), "person__nik_encrypted", Kind.GUARDED),
            Column(_("Tanpa NIK karena"), "person__no_nik_reason", Kind.CODE, dict(NoNikReason.choices)),
            Column(_("Hubungan"), "relation", Kind.CODE, dict(Relation.choices)),
            Column(_("Jenis kelamin"), "person__sex", Kind.CODE, dict(Sex.choices)),
            Column(_("Tanggal lahir"), "person__birth_date", Kind.DATE),
            Column(_("Kode desa"), _HOUSE + "village_id"),
            Column(_("Desa"), _HOUSE + "village__name"),
            Column(_("Desil"), "family__decile", Kind.WHOLE),
        ),
    ),
    Listing(
        key="pendaftaran",
        title=_("Pendaftaran DTSEN"),
        permission=Permission.REGISTRATION_VIEW,
        page="households:registrations",
        shown=registrations_shown,
        place=_HOUSE + "village__code",
        columns=(
            Column(_("Nomor pendaftaran"), "pk", Kind.SHAPED, shape="DFT-{}"),
            Column(_("Kepala keluarga"), "family__head__name"),
            Column(_("Nomor KK"), "family__kk_encrypted", Kind.GUARDED),
            Column(_("Kode desa"), _HOUSE + "village_id"),
            Column(_("Desa"), _HOUSE + "village__name"),
            Column(_("Status"), "state", Kind.CODE, dict(RegistrationState.choices)),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
            Column(_("Tanggal musyawarah"), "meeting_on", Kind.DATE),
            Column(_("Nomor SK"), "decree_number", Kind.REFERENCE),
            Column(_("Tanggal kirim"), "sent_on", Kind.DATE),
        ),
    ),
    Listing(
        key="sanggahan",
        title=_("Usul dan sanggah"),
        permission=Permission.REGISTRATION_VIEW,
        page="households:objections",
        shown=objections_shown,
        place=_HOUSE + "village__code",
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="USG-{}"),
            Column(_("Jenis"), "kind", Kind.CODE, dict(ObjectionKind.choices)),
            Column(_("Diajukan oleh"), "objector", Kind.CODE, dict(ObjectorKind.choices)),
            Column(_("Kepala keluarga"), "family__head__name"),
            Column(_("Kode desa"), _HOUSE + "village_id"),
            Column(_("Desa"), _HOUSE + "village__name"),
            Column(_("Status"), "state", Kind.CODE, dict(ObjectionState.choices)),
            Column(_("Tanggal diajukan"), "filed_on", Kind.DATE),
            Column(_("Dijawab paling lambat"), "due_on", Kind.DATE),
            Column(_("Disampaikan kepada pengaju"), "told_on", Kind.DATE),
        ),
    ),
    Listing(
        key="musyawarah",
        title=_("Musyawarah"),
        permission=Permission.REGISTRATION_VIEW,
        page="households:meetings",
        shown=meetings_shown,
        place="village__code",
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="MUS-{}"),
            Column(_("Kode desa"), "village_id"),
            Column(_("Desa"), "village__name"),
            Column(_("Tanggal musyawarah"), "held_on", Kind.DATE),
            Column(_("Tempat"), "place", Kind.WORDS),
            Column(_("Status"), "state", Kind.CODE, dict(MeetingState.choices)),
            Column(_("Nomor berita acara"), "minutes_number", Kind.REFERENCE),
            Column(_("Keluarga diputuskan"), "families", Kind.WHOLE),
        ),
    ),
    Listing(
        key="tinjau",
        title=_("Tinjau ulang"),
        permission=Permission.REGISTRATION_SUPERVISE,
        page="households:revisits",
        shown=revisits_shown,
        place="registration__" + _HOUSE + "village__code",
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="TIN-{}"),
            Column(_("Nomor pendaftaran"), "registration_id", Kind.SHAPED, shape="DFT-{}"),
            Column(_("Kepala keluarga"), "registration__family__head__name"),
            Column(_("Kode desa"), "registration__" + _HOUSE + "village_id"),
            Column(_("Desa"), "registration__" + _HOUSE + "village__name"),
            Column(_("Hasil"), "state", Kind.CODE, dict(RevisitState.choices)),
            Column(_("Tanggal tinjau ulang"), "revisited_on", Kind.DATE),
        ),
    ),
    Listing(
        key="kunjungan",
        title=_("Kunjungan"),
        permission=Permission.FAMILY_VIEW,
        page="households:visits",
        shown=visits_shown,
        place="village__code",
        columns=(
            Column(_("Nomor kunjungan"), "pk", Kind.SHAPED, shape="KUN-{}"),
            Column(_("Oleh"), person("facilitator")),
            Column(_("Kepala keluarga"), "head_here"),
            Column(_("Kode desa"), "village_id"),
            Column(_("Desa"), "village__name"),
            Column(_("Status"), "state", Kind.CODE, dict(VisitStatus.choices)),
            Column(_("Dimulai"), "created_at", Kind.MOMENT),
            Column(_("Terkirim"), "sent_at", Kind.MOMENT),
        ),
    ),
    Listing(
        key="impor",
        title=_("Impor berkas"),
        permission=Permission.IMPORT_RUN,
        also=(Permission.IMPORT_APPROVE,),
        page="households:imports",
        shown=imports_shown,
        place="area__code",
        columns=(
            Column(_("Nomor impor"), "pk", Kind.SHAPED, shape="IMP-{}"),
            Column(_("Nama berkas"), "file_name", Kind.WORDS),
            Column(_("Jenis berkas"), "kind", Kind.CODE, dict(ImportKind.choices)),
            Column(_("Wilayah"), "area__name"),
            Column(_("Oleh"), person("started_by")),
            Column(_("Diunggah"), "created_at", Kind.MOMENT),
            Column(_("Status"), _IMPORT_STATE, Kind.CODE, _IMPORT_STATES),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
            Column(_("Baris di berkas"), _count("rows"), Kind.WHOLE),
            Column(_("Baris diterima"), _count("accepted"), Kind.WHOLE),
            Column(_("Baris ditolak"), _count("refused"), Kind.WHOLE),
        ),
    ),
)
