"""The way of a family into the social registry (Permensos 3/2021; Kepmensos 245/HUK/2025): table first, then the verbs.

The office prepares, proves and tracks; BPS sets the decile and the Minister determines. Nobody approves what they verified.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from households.choices import DecileSource, RegistrationState, SurveyKind
from households.models import DecileRecord, Family, Registration
from households.models.registration import ENDED_STATES
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, denied
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import filled, move, not_future

S = RegistrationState


def _was_visited(row: Registration, data: dict[str, Any]) -> None:
    if not row.family.household.rounds.filter(kind=SurveyKind.VISIT).exists():
        raise GuardFailed("note", _("Keluarga ini belum punya kunjungan terkirim. Isi dan kirim kunjungan dulu."))


def _another_family(row: Registration, data: dict[str, Any]) -> None:
    other = data.get("other_family")
    if other is None or other.pk == row.family_id:
        raise GuardFailed("other_family", _("Sebutkan keluarga lain itu dengan nomor KK atau nomor berkasnya."))


def _not_own_verification(row: Registration, user: User) -> Decision:
    return (
        denied(_("Anda sendiri yang memverifikasi; orang lain harus memeriksa."))
        if row.surveyor_id == user.pk
        else ALLOWED
    )


def _take_verification(row: Registration, step: Step) -> None:
    row.surveyor = step.by


def _waive(row: Registration, step: Step) -> None:
    row.identity_waived = step.note[:200]


def _result(code: str) -> engine.Effect:
    def effect(row: Registration, step: Step) -> None:
        row.result_code, row.surveyor = code, step.by

    return effect


def _keep_rank(row: Registration, step: Step) -> None:
    """The decile comes from BPS; it is kept with its period and source beside the earlier ones."""
    decile, period = step.data["decile"], step.data["period"]
    DecileRecord.objects.update_or_create(
        family=row.family,
        period=period,
        source=DecileSource.RESULT,
        defaults={"decile": decile, "recorded_at": step.at},
    )
    family = Family.objects.select_for_update().get(pk=row.family_id)
    family.decile, family.decile_period, family.version = decile, period, family.version + 1
    family.save()


def _decile_in_range(row: Registration, data: dict[str, Any]) -> None:
    if not 1 <= (data.get("decile") or 0) <= 10:
        raise GuardFailed("decile", _("Desil harus 1 sampai 10."))


_decree = (
    filled("decree_number", lazy("Nomor SK wajib diisi.")),
    filled("decree_on", lazy("Tanggal SK wajib diisi.")),
    not_future("decree_on"),
)
_VERIFY = P.REGISTRATION_VERIFY

REGISTRATION = Workflow(
    "registration",
    "households.registration",
    RegistrationState,
    (
        move("ask_identity", {S.DRAFT}, S.IDENTITY_CHECK, P.REGISTRATION_PROPOSE, lazy("Minta cek identitas")),
        move("match", {S.IDENTITY_CHECK}, S.INITIAL_LIST, P.REGISTRATION_IDENTITY, lazy("Padan, masukkan daftar awal")),
        move(
            "unmatch",
            {S.IDENTITY_CHECK},
            S.IDENTITY_FIX,
            P.REGISTRATION_IDENTITY,
            lazy("Tidak padan, perbaiki di Disdukcapil"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "waive",
            {S.IDENTITY_CHECK},
            S.INITIAL_LIST,
            P.REGISTRATION_IDENTITY,
            lazy("Teruskan tanpa padan, dengan alasan"),
            needs_note=True,
            effect=_waive,
        ),
        move(
            "ask_again",
            {S.IDENTITY_FIX},
            S.IDENTITY_CHECK,
            P.REGISTRATION_PROPOSE,
            lazy("Identitas sudah diperbaiki, cek lagi"),
        ),
        move(
            "call_meeting",
            {S.INITIAL_LIST, S.RETURNED_TO_VILLAGE},
            S.MEETING,
            P.REGISTRATION_MEETING,
            lazy("Bawa ke musyawarah"),
            writes=("meeting_on",),
            tells=("meeting_on",),
            guards=(filled("meeting_on", lazy("Tanggal musyawarah wajib diisi.")),),
        ),
        move(
            "accept",
            {S.MEETING},
            S.FINAL_LIST,
            P.REGISTRATION_MEETING,
            lazy("Disepakati, masukkan daftar akhir"),
            writes=("minutes_number",),
            tells=("minutes_number",),
            guards=(filled("minutes_number", lazy("Nomor berita acara wajib diisi.")),),
        ),
        move(
            "reject",
            {S.MEETING},
            S.REJECTED_BY_MEETING,
            P.REGISTRATION_MEETING,
            lazy("Ditolak musyawarah"),
            needs_note=True,
            tone="bad",
        ),
        move(
            "use_sptjm",
            {S.INITIAL_LIST, S.MEETING},
            S.FINAL_LIST,
            P.REGISTRATION_MEETING,
            lazy("Pakai SPTJM tanpa musyawarah"),
            writes=("sptjm_on",),
            tells=("sptjm_on",),
            guards=(filled("sptjm_on", lazy("Tanggal SPTJM wajib diisi.")), not_future("sptjm_on")),
        ),
        move(
            "begin_verification",
            {S.FINAL_LIST, S.RETURNED},
            S.FIELD_VERIFICATION,
            _VERIFY,
            lazy("Mulai verifikasi lapangan"),
            effect=_take_verification,
        ),
        move(
            "found_complete",
            {S.FIELD_VERIFICATION},
            S.VERIFIED,
            _VERIFY,
            lazy("Ditemukan, data lengkap"),
            guards=(_was_visited,),
            effect=_result("1"),
        ),
        move(
            "not_found",
            {S.FIELD_VERIFICATION},
            S.NOT_FOUND,
            _VERIFY,
            lazy("Tidak ditemukan"),
            needs_note=True,
            tone="bad",
            effect=_result("2"),
        ),
        move(
            "has_moved",
            {S.FIELD_VERIFICATION},
            S.MOVED,
            _VERIFY,
            lazy("Sudah pindah"),
            needs_note=True,
            tone="bad",
            effect=_result("3"),
        ),
        move(
            "is_part_of_other",
            {S.FIELD_VERIFICATION},
            S.PART_OF_OTHER,
            _VERIFY,
            lazy("Bagian dari keluarga lain"),
            tone="bad",
            writes=("other_family",),
            tells=("other_family",),
            guards=(_another_family,),
            effect=_result("4"),
        ),
        move(
            "refuses",
            {S.FIELD_VERIFICATION},
            S.REFUSED,
            _VERIFY,
            lazy("Keluarga menolak didata"),
            needs_note=True,
            tone="bad",
            effect=_result("5"),
        ),
        move(
            "is_duplicate",
            {S.FIELD_VERIFICATION},
            S.DUPLICATE,
            _VERIFY,
            lazy("Data ganda"),
            tone="bad",
            writes=("other_family",),
            tells=("other_family",),
            guards=(_another_family,),
            effect=_result("6"),
        ),
        move(
            "approve",
            {S.VERIFIED},
            S.SUPERVISOR_APPROVED,
            P.REGISTRATION_SUPERVISE,
            lazy("Setujui hasil verifikasi"),
            condition=_not_own_verification,
        ),
        move(
            "return",
            {S.VERIFIED},
            S.RETURNED,
            P.REGISTRATION_SUPERVISE,
            lazy("Kembalikan ke fasilitator"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "verify_office",
            {S.SUPERVISOR_APPROVED},
            S.OFFICE_VERIFIED,
            P.REGISTRATION_OFFICE,
            lazy("Lolos verifikasi dinas"),
        ),
        move(
            "return_to_village",
            {S.SUPERVISOR_APPROVED, S.OFFICE_VERIFIED},
            S.RETURNED_TO_VILLAGE,
            P.REGISTRATION_OFFICE,
            lazy("Kembalikan ke desa"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "endorse",
            {S.OFFICE_VERIFIED},
            S.ENDORSED,
            P.REGISTRATION_ENDORSE,
            lazy("Sahkan dengan SK"),
            writes=("decree_number", "decree_on"),
            tells=("decree_number", "decree_on"),
            guards=_decree,
        ),
        move(
            "send",
            {S.ENDORSED},
            S.SENT_TO_MINISTRY,
            P.REGISTRATION_SEND,
            lazy("Catat sudah dikirim ke Kementerian"),
            writes=("sent_on",),
            tells=("sent_on",),
            guards=(filled("sent_on", lazy("Tanggal kirim wajib diisi.")), not_future("sent_on")),
        ),
        move(
            "rank",
            {S.SENT_TO_MINISTRY},
            S.RANKED,
            P.REGISTRATION_RESULT,
            lazy("Catat desil dari BPS"),
            tells=("decile", "period"),
            guards=(_decile_in_range, filled("period", lazy("Periode desil wajib diisi, misalnya 2026-Q4."))),
            effect=_keep_rank,
        ),
        move(
            "determine", {S.SENT_TO_MINISTRY, S.RANKED}, S.DETERMINED, P.REGISTRATION_RESULT, lazy("Catat: ditetapkan")
        ),
        move(
            "not_determine",
            {S.SENT_TO_MINISTRY, S.RANKED},
            S.NOT_DETERMINED,
            P.REGISTRATION_RESULT,
            lazy("Catat: tidak ditetapkan"),
            tone="bad",
            writes=("result_reason",),
            guards=(filled("result_reason", lazy("Alasan dari Kementerian wajib diisi.")),),
        ),
        move(
            "tell",
            {S.DETERMINED, S.NOT_DETERMINED, S.REJECTED_BY_MEETING},
            None,
            P.REGISTRATION_PROPOSE,
            lazy("Catat: hasil sudah disampaikan"),
            writes=("told_on",),
            tells=("told_on",),
            guards=(filled("told_on", lazy("Tanggal penyampaian wajib diisi.")), not_future("told_on")),
        ),
        move("grow_old", {S.DETERMINED}, S.UPDATE_DUE, "", lazy("Data perlu diperbarui")),
        move("begin_update", {S.UPDATE_DUE}, S.DRAFT, P.REGISTRATION_PROPOSE, lazy("Mulai pembaruan data")),
        move(
            "propose_exit",
            {S.DETERMINED, S.UPDATE_DUE},
            S.EXIT_PROPOSED,
            P.REGISTRATION_MEETING,
            lazy("Usulkan keluar dari daftar"),
            needs_note=True,
            tone="warn",
            writes=("exit_reason",),
            tells=("exit_reason",),
            guards=(filled("exit_reason", lazy("Pilih alasan keluar.")),),
        ),
        move("confirm_exit", {S.EXIT_PROPOSED}, S.EXITED, P.REGISTRATION_EXIT, lazy("Setujui keluar"), tone="bad"),
        move(
            "refuse_exit",
            {S.EXIT_PROPOSED},
            S.DETERMINED,
            P.REGISTRATION_EXIT,
            lazy("Tetap di daftar"),
            needs_note=True,
        ),
    ),
    initial=S.DRAFT,
    final=frozenset(ENDED_STATES),
)


def propose(family: Family, *, by: User, source: str = "visit", note: str = "") -> Registration:
    """Open a family's registration. Raises NotPermitted, or GuardFailed when the family has a live one already."""
    if family.registrations.exclude(state__in=ENDED_STATES).exists():
        raise GuardFailed("", _("Keluarga ini sudah punya pendaftaran yang berjalan."))
    row = Registration(family=family, proposed_by=by, source=source, state_since=clock.now())
    return engine.create(row, by=by, permission=P.REGISTRATION_PROPOSE, verb="propose", note=note)
