"""The village decides in its meeting, or signs a statement of full responsibility (SPTJM) without one."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.meeting import MeetingState
from households.choices.registration import RegistrationState as S
from households.models import MeetingDecision, Registration
from households.workflow.registration.dates import after_beginning, began_on, not_before
from households.workflow.registration.telling import untold
from slrt.accounts.roles import Permission as P
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step
from slrt.workflow.guards import filled, move, not_future


def _open_meeting_here(row: Registration, data: dict[str, Any]) -> None:
    meeting = data.get("meeting")
    if meeting is None:
        raise GuardFailed("meeting", _("Pilih musyawarahnya. Belum ada? Catat musyawarah baru dulu."))
    meeting.refresh_from_db(fields=["state"])  # it may have been closed since the page was shown
    if meeting.village_id != row.place_code:
        raise GuardFailed("meeting", _("Musyawarah itu di desa lain."))
    if meeting.state != MeetingState.OPEN:
        raise GuardFailed("meeting", _("Musyawarah itu sudah ditutup. Catat musyawarah baru."))
    if meeting.held_on < began_on(row):
        not_before(
            "meeting",
            began_on(row),
            _("Usulan ini baru dimulai pada %(day)s, sesudah musyawarah itu. Pilih yang lain."),
        )


def _join_meeting(row: Registration, step: Step) -> None:
    """What an earlier round rested on is in the history; this one rests on its meeting."""
    row.meeting_on, row.minutes_number, row.meeting_reason = row.meeting.held_on, "", ""  # type: ignore[union-attr]
    row.sptjm_on, row.sptjm_paper = None, None


def leave_meeting(row: Registration, step: Step) -> None:
    """Take the family off the meeting it was called to, with what was decided on it there."""
    MeetingDecision.objects.filter(meeting=row.meeting, registration=row).delete()
    row.meeting, row.meeting_on = None, None


def _lives_elsewhere(row: Registration, data: dict[str, Any]) -> None:
    if row.meeting is None or row.meeting.village_id == row.place_code:
        raise GuardFailed("", _("Keluarga ini masih tinggal di desa musyawarahnya."))


def _minutes_are_there(row: Registration, data: dict[str, Any]) -> None:
    if row.meeting is None or row.meeting.minutes_id is None or not row.meeting.minutes_number:
        raise GuardFailed("", _("Berita acara musyawarah belum diunggah. Unggah dulu di halaman musyawarahnya."))


def _copy_minutes(row: Registration, step: Step) -> None:
    row.minutes_number = row.meeting.minutes_number  # type: ignore[union-attr]


def _begin_round(row: Registration, step: Step) -> None:
    row.verification_from = step.at


def _vouch(row: Registration, step: Step) -> None:
    """The statement stands in the place of the meeting: nothing of one is left beside it."""
    leave_meeting(row, step)
    row.minutes_number = ""
    _begin_round(row, step)


def _accept(row: Registration, step: Step) -> None:
    _copy_minutes(row, step)
    _begin_round(row, step)


def _reject(row: Registration, step: Step) -> None:
    _copy_minutes(row, step)
    untold(row, step)


VILLAGE = (
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
        effect=leave_meeting,
    ),
    move(
        "leave_village",
        {S.MEETING},
        S.INITIAL_LIST,
        "",
        gettext_lazy("Keluarga pindah desa, masuk daftar awal desa barunya"),
        needs_note=True,
        guards=(_lives_elsewhere,),
        effect=leave_meeting,
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
        {S.INITIAL_LIST, S.RETURNED_TO_VILLAGE, S.MEETING},
        S.FINAL_LIST,
        P.REGISTRATION_MEETING,
        gettext_lazy("Pakai SPTJM tanpa musyawarah"),
        writes=("sptjm_on", "sptjm_paper"),
        tells=("sptjm_on", "sptjm_paper"),
        guards=(
            filled("sptjm_on", gettext_lazy("Tanggal SPTJM wajib diisi.")),
            not_future("sptjm_on"),
            after_beginning("sptjm_on"),
            filled("sptjm_paper", gettext_lazy("Unggah SPTJM yang sudah ditandatangani.")),
        ),
        effect=_vouch,
    ),
)
