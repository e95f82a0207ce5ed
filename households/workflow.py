"""The way of a family into the social registry (Permensos 3/2021; Kepmensos 245/HUK/2025): table first, then the verbs.

The office prepares, proves and tracks; BPS sets the decile and the Minister determines. Nobody approves or endorses what they
entered or verified themselves, and whoever proposes that a family leaves does not decide it.
"""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import exclusions
from households.choices import DecileSource, MeetingState, RegistrationState, SurveyKind
from households.models import DecileRecord, Family, MeetingDecision, Registration
from households.models.registration import ENDED_STATES
from households.querysets import TO_VERIFY, TOLD_OF
from households.verification import enough_photos, keep_check
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, TransitionNotAllowed, denied
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


def _not_own(row: Registration, user: User) -> Decision:
    """Whoever proposed, visited or verified the family does not judge it."""
    if row.surveyor_id == user.pk or row.checks.filter(surveyor=user).exists():
        return denied(_("Anda sendiri yang memverifikasi; orang lain harus memeriksa."))
    if row.proposed_by_id == user.pk or row.family.visits.filter(facilitator=user).exists():
        return denied(_("Anda sendiri yang memasukkan data ini; orang lain harus memeriksa."))
    return ALLOWED


def _not_own_exit(row: Registration, user: User) -> Decision:
    if row.exit_proposed_by_id == user.pk:
        return denied(_("Anda sendiri yang mengusulkan keluar; orang lain harus memutuskan."))
    return ALLOWED


def _take_verification(row: Registration, step: Step) -> None:
    row.surveyor = step.by


def _may_verify_there(row: Registration, data: dict[str, Any]) -> None:
    verifier = data.get("verifier")
    if verifier is None:
        raise GuardFailed("verifier", _("Pilih siapa yang ditugaskan."))
    if verifier.pk == row.verifier_id:
        raise TransitionNotAllowed(_("Sudah ditugaskan kepada %(who)s.") % {"who": verifier})
    if not may(verifier, P.REGISTRATION_VERIFY, row):
        raise GuardFailed("verifier", _("%(who)s tidak bertugas memverifikasi di desa ini.") % {"who": verifier})


def _waive(row: Registration, step: Step) -> None:
    row.identity_waived = step.note[:200]


def _open_meeting_here(row: Registration, data: dict[str, Any]) -> None:
    meeting = data.get("meeting")
    if meeting is None:
        raise GuardFailed("meeting", _("Pilih musyawarahnya. Belum ada? Catat musyawarah baru dulu."))
    meeting.refresh_from_db(fields=["state"])  # it may have been closed since the page was shown
    if meeting.village_id != row.place_code:
        raise GuardFailed("meeting", _("Musyawarah itu di desa lain."))
    if meeting.state != MeetingState.OPEN:
        raise GuardFailed("meeting", _("Musyawarah itu sudah ditutup. Catat musyawarah baru."))


def _join_meeting(row: Registration, step: Step) -> None:
    row.meeting_on, row.minutes_number, row.meeting_reason = row.meeting.held_on, "", ""  # type: ignore[union-attr]


def _leave_meeting(row: Registration, step: Step) -> None:
    MeetingDecision.objects.filter(meeting=row.meeting, registration=row).delete()
    row.meeting, row.meeting_on = None, None


def _minutes_are_there(row: Registration, data: dict[str, Any]) -> None:
    if row.meeting is None or row.meeting.minutes_id is None or not row.meeting.minutes_number:
        raise GuardFailed("", _("Berita acara musyawarah belum diunggah. Unggah dulu di halaman musyawarahnya."))


def _copy_minutes(row: Registration, step: Step) -> None:
    row.minutes_number = row.meeting.minutes_number  # type: ignore[union-attr]


def _begin_round(row: Registration, step: Step) -> None:
    row.verification_from = step.at


def _accept(row: Registration, step: Step) -> None:
    _copy_minutes(row, step)
    _begin_round(row, step)


def _reject(row: Registration, step: Step) -> None:
    _copy_minutes(row, step)
    _untold(row, step)


def _untold(row: Registration, step: Step) -> None:
    """A new result is one that the family has not heard yet."""
    row.told_on, row.told_how, row.told_whom = None, "", ""


def _result(code: str) -> engine.Effect:
    def effect(row: Registration, step: Step) -> None:
        row.result_code, row.surveyor = code, step.by
        keep_check(row, step)

    return effect


def _warnings_are_answered(row: Registration, data: dict[str, Any]) -> None:
    """Signs against aid are advice: they may be overridden, with a reason that stays."""
    open_ones = exclusions.unanswered(row)
    if open_ones and not data.get("override_reason"):
        raise GuardFailed(
            "override_reason",
            _("Ada %(n)d tanda pengecualian. Tulis alasan mengapa usulan tetap diteruskan.") % {"n": len(open_ones)},
        )


def _answer_warnings(row: Registration, step: Step) -> None:
    exclusions.override(row, str(step.data.get("override_reason") or ""), by=step.by)


def _propose_again(row: Registration, step: Step) -> None:
    """A new round: who was asked to verify the last one was asked for that one."""
    row.proposed_by, row.verifier = step.by, None


def _propose_exit(row: Registration, step: Step) -> None:
    """A family that was called to a meeting is not decided on there; if it stays, it stands on the initial list again."""
    row.exit_proposed_by, row.exit_from = step.by, step.from_state
    if step.from_state == S.MEETING:
        _leave_meeting(row, step)
        row.exit_from = S.INITIAL_LIST


def _stay(row: Registration, step: Step) -> None:
    row.exit_proposed_by, row.exit_from, row.exit_reason, row.exit_evidence = None, "", "", ""


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
    filled("decree_number", gettext_lazy("Nomor SK wajib diisi.")),
    filled("decree_on", gettext_lazy("Tanggal SK wajib diisi.")),
    not_future("decree_on"),
)
_VERIFY = P.REGISTRATION_VERIFY

REGISTRATION = Workflow(
    "registration",
    "households.registration",
    RegistrationState,
    (
        move("ask_identity", {S.DRAFT}, S.IDENTITY_CHECK, P.REGISTRATION_PROPOSE, gettext_lazy("Minta cek identitas")),
        move(
            "match",
            {S.IDENTITY_CHECK},
            S.INITIAL_LIST,
            P.REGISTRATION_IDENTITY,
            gettext_lazy("Padan, masukkan daftar awal"),
        ),
        move(
            "unmatch",
            {S.IDENTITY_CHECK},
            S.IDENTITY_FIX,
            P.REGISTRATION_IDENTITY,
            gettext_lazy("Tidak padan, perbaiki di Disdukcapil"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "waive",
            {S.IDENTITY_CHECK},
            S.INITIAL_LIST,
            P.REGISTRATION_IDENTITY,
            gettext_lazy("Teruskan tanpa padan, dengan alasan"),
            needs_note=True,
            effect=_waive,
        ),
        move(
            "ask_again",
            {S.IDENTITY_FIX},
            S.IDENTITY_CHECK,
            P.REGISTRATION_PROPOSE,
            gettext_lazy("Identitas sudah diperbaiki, cek lagi"),
        ),
        move(
            "call_meeting",
            {S.INITIAL_LIST, S.RETURNED_TO_VILLAGE},
            S.MEETING,
            P.REGISTRATION_MEETING,
            gettext_lazy("Bawa ke musyawarah"),
            writes=("meeting",),
            tells=("meeting",),
            guards=(_open_meeting_here,),
            effect=_join_meeting,
        ),
        move(
            "postpone",
            {S.MEETING},
            S.INITIAL_LIST,
            P.REGISTRATION_MEETING,
            gettext_lazy("Tunda, kembali ke daftar awal"),
            needs_note=True,
            tone="warn",
            effect=_leave_meeting,
        ),
        move(
            "accept",
            {S.MEETING},
            S.FINAL_LIST,
            P.REGISTRATION_MEETING,
            gettext_lazy("Disepakati, masukkan daftar akhir"),
            guards=(_minutes_are_there,),
            effect=_accept,
        ),
        move(
            "reject",
            {S.MEETING},
            S.REJECTED_BY_MEETING,
            P.REGISTRATION_MEETING,
            gettext_lazy("Ditolak musyawarah"),
            tone="bad",
            writes=("meeting_reason",),
            tells=("meeting_reason",),
            guards=(filled("meeting_reason", gettext_lazy("Pilih alasan penolakan.")), _minutes_are_there),
            effect=_reject,
        ),
        move(
            "use_sptjm",
            {S.INITIAL_LIST, S.MEETING},
            S.FINAL_LIST,
            P.REGISTRATION_MEETING,
            gettext_lazy("Pakai SPTJM tanpa musyawarah"),
            writes=("sptjm_on", "sptjm_paper"),
            tells=("sptjm_on", "sptjm_paper"),
            guards=(
                filled("sptjm_on", gettext_lazy("Tanggal SPTJM wajib diisi.")),
                not_future("sptjm_on"),
                filled("sptjm_paper", gettext_lazy("Unggah SPTJM yang sudah ditandatangani.")),
            ),
            effect=_begin_round,
        ),
        move(
            "begin_verification",
            {S.FINAL_LIST, S.RETURNED},
            S.FIELD_VERIFICATION,
            _VERIFY,
            gettext_lazy("Mulai verifikasi lapangan"),
            effect=_take_verification,
        ),
        move(
            "found_complete",
            {S.FIELD_VERIFICATION},
            S.VERIFIED,
            _VERIFY,
            gettext_lazy("Ditemukan, data lengkap"),
            tells=("visited_on",),
            guards=(_was_visited, enough_photos, not_future("visited_on")),
            effect=_result("1"),
        ),
        move(
            "not_found",
            {S.FIELD_VERIFICATION},
            S.NOT_FOUND,
            _VERIFY,
            gettext_lazy("Tidak ditemukan"),
            needs_note=True,
            tells=("visited_on",),
            guards=(not_future("visited_on"),),
            tone="bad",
            effect=_result("2"),
        ),
        move(
            "has_moved",
            {S.FIELD_VERIFICATION},
            S.MOVED,
            _VERIFY,
            gettext_lazy("Sudah pindah"),
            needs_note=True,
            tells=("visited_on",),
            guards=(not_future("visited_on"),),
            tone="bad",
            effect=_result("3"),
        ),
        move(
            "is_part_of_other",
            {S.FIELD_VERIFICATION},
            S.PART_OF_OTHER,
            _VERIFY,
            gettext_lazy("Bagian dari keluarga lain"),
            tone="bad",
            writes=("other_family",),
            tells=("other_family", "visited_on"),
            guards=(_another_family, not_future("visited_on")),
            effect=_result("4"),
        ),
        move(
            "refuses",
            {S.FIELD_VERIFICATION},
            S.REFUSED,
            _VERIFY,
            gettext_lazy("Keluarga menolak didata"),
            needs_note=True,
            tells=("visited_on",),
            guards=(not_future("visited_on"),),
            tone="bad",
            effect=_result("5"),
        ),
        move(
            "is_duplicate",
            {S.FIELD_VERIFICATION},
            S.DUPLICATE,
            _VERIFY,
            gettext_lazy("Data ganda"),
            tone="bad",
            writes=("other_family",),
            tells=("other_family", "visited_on"),
            guards=(_another_family, not_future("visited_on")),
            effect=_result("6"),
        ),
        move(
            "assign",
            set(TO_VERIFY),
            None,
            P.REGISTRATION_ASSIGN,
            gettext_lazy("Tugaskan verifikasi"),
            writes=("verifier",),
            tells=("verifier",),
            guards=(_may_verify_there,),
        ),
        move(
            "approve",
            {S.VERIFIED},
            S.SUPERVISOR_APPROVED,
            P.REGISTRATION_SUPERVISE,
            gettext_lazy("Setujui hasil verifikasi"),
            condition=_not_own,
        ),
        move(
            "return",
            {S.VERIFIED},
            S.RETURNED,
            P.REGISTRATION_SUPERVISE,
            gettext_lazy("Kembalikan ke fasilitator"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "verify_office",
            {S.SUPERVISOR_APPROVED},
            S.OFFICE_VERIFIED,
            P.REGISTRATION_OFFICE,
            gettext_lazy("Lolos verifikasi dinas"),
            condition=_not_own,
            guards=(_warnings_are_answered,),
            effect=_answer_warnings,
        ),
        move(
            "return_to_village",
            {S.SUPERVISOR_APPROVED, S.OFFICE_VERIFIED},
            S.RETURNED_TO_VILLAGE,
            P.REGISTRATION_OFFICE,
            gettext_lazy("Kembalikan ke desa"),
            needs_note=True,
            tone="warn",
        ),
        move(
            "endorse",
            {S.OFFICE_VERIFIED},
            S.ENDORSED,
            P.REGISTRATION_ENDORSE,
            gettext_lazy("Sahkan dengan SK"),
            condition=_not_own,
            writes=("decree_number", "decree_on"),
            tells=("decree_number", "decree_on"),
            guards=_decree,
        ),
        move(
            "send",
            {S.ENDORSED},
            S.SENT_TO_MINISTRY,
            P.REGISTRATION_SEND,
            gettext_lazy("Catat sudah dikirim ke Kementerian"),
            writes=("sent_on",),
            tells=("sent_on",),
            guards=(filled("sent_on", gettext_lazy("Tanggal kirim wajib diisi.")), not_future("sent_on")),
        ),
        move(
            "rank",
            {S.SENT_TO_MINISTRY, S.RANKED},
            S.RANKED,
            P.REGISTRATION_RESULT,
            gettext_lazy("Catat desil dari BPS"),
            tells=("decile", "period"),
            guards=(_decile_in_range, filled("period", gettext_lazy("Periode desil wajib diisi, misalnya 2026-Q4."))),
            effect=_keep_rank,
        ),
        move(
            "determine",
            {S.SENT_TO_MINISTRY, S.RANKED},
            S.DETERMINED,
            P.REGISTRATION_RESULT,
            gettext_lazy("Catat: ditetapkan"),
            effect=_untold,
        ),
        move(
            "not_determine",
            {S.SENT_TO_MINISTRY, S.RANKED},
            S.NOT_DETERMINED,
            P.REGISTRATION_RESULT,
            gettext_lazy("Catat: tidak ditetapkan"),
            tone="bad",
            writes=("result_reason",),
            effect=_untold,
            guards=(filled("result_reason", gettext_lazy("Alasan dari Kementerian wajib diisi.")),),
        ),
        move(
            "tell",
            set(TOLD_OF),
            None,
            P.REGISTRATION_PROPOSE,
            gettext_lazy("Catat: hasil sudah disampaikan"),
            writes=("told_on", "told_how", "told_whom"),
            tells=("told_on", "told_how", "told_whom"),
            guards=(
                filled("told_on", gettext_lazy("Tanggal penyampaian wajib diisi.")),
                not_future("told_on"),
                filled("told_how", gettext_lazy("Pilih lewat apa hasil disampaikan.")),
                filled("told_whom", gettext_lazy("Pilih kepada siapa hasil disampaikan.")),
            ),
        ),
        move("grow_old", {S.DETERMINED}, S.UPDATE_DUE, "", gettext_lazy("Data perlu diperbarui")),
        move(
            "begin_update",
            {S.UPDATE_DUE},
            S.DRAFT,
            P.REGISTRATION_PROPOSE,
            gettext_lazy("Mulai pembaruan data"),
            effect=_propose_again,
        ),
        move(
            "propose_exit",
            set(S) - {*ENDED_STATES, S.EXIT_PROPOSED},
            S.EXIT_PROPOSED,
            P.REGISTRATION_MEETING,
            gettext_lazy("Usulkan keluar dari daftar"),
            tone="warn",
            writes=("exit_reason", "exit_evidence"),
            tells=("exit_reason",),
            guards=(
                filled("exit_reason", gettext_lazy("Pilih alasan keluar.")),
                filled("exit_evidence", gettext_lazy("Tulis apa buktinya.")),
            ),
            effect=_propose_exit,
        ),
        move(
            "confirm_exit",
            {S.EXIT_PROPOSED},
            S.EXITED,
            P.REGISTRATION_EXIT,
            gettext_lazy("Setujui keluar"),
            tone="bad",
            condition=_not_own_exit,
            effect=_untold,
        ),
        move(
            "refuse_exit",
            {S.EXIT_PROPOSED},
            S.DETERMINED,
            P.REGISTRATION_EXIT,
            gettext_lazy("Tetap di daftar"),
            needs_note=True,
            condition=_not_own_exit,
            returns_to="exit_from",
            effect=_stay,
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
