"""Usul-sanggah: an objection's own way from filing to its answer, within a deadline. It moves no registration by itself:
an accepted proposal is proposed, an accepted contest becomes a proposed exit, each by whoever may.
"""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households.choices.objection import ObjectionState
from households.models import Family, Objection
from households.querysets.registration import ANSWERED_OBJECTION
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import ALLOWED, Decision, GuardFailed, denied
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import filled, move, not_future

S = ObjectionState
# An objection is written down in the year after it was filed; an older day is a slip of the pen.
OLDEST = timedelta(days=366)


def _not_own(row: Objection, user: User) -> Decision:
    if row.recorded_by_id == user.pk:
        return denied(_("Anda sendiri yang mencatat; orang lain harus memutuskan."))
    return ALLOWED


def _still_to_tell(row: Objection, user: User) -> Decision:
    if row.told_on is not None:
        return denied(_("Jawaban ini sudah dicatat disampaikan."))
    return ALLOWED


def _not_before_answer(row: Objection, data: dict[str, Any]) -> None:
    if data["told_on"] < timezone.localdate(row.state_since):
        raise GuardFailed("told_on", _("Tanggal ini sebelum jawabannya ada. Periksa tanggalnya."))


def _told_by(row: Objection, step: Step) -> None:
    row.told_by = step.by


_ANSWER = (filled("answer", gettext_lazy("Tulis jawaban untuk yang mengajukan.")),)

OBJECTION = Workflow(
    "objection",
    "households.objection",
    ObjectionState,
    (
        move("take", {S.FILED}, S.IN_PROCESS, P.REGISTRATION_OBJECTION, gettext_lazy("Proses")),
        move(
            "accept",
            {S.IN_PROCESS},
            S.ACCEPTED,
            P.REGISTRATION_OBJECTION,
            gettext_lazy("Terima"),
            tone="good",
            condition=_not_own,
            writes=("answer",),
            guards=_ANSWER,
        ),
        move(
            "reject",
            {S.IN_PROCESS},
            S.REJECTED,
            P.REGISTRATION_OBJECTION,
            gettext_lazy("Tolak"),
            tone="bad",
            condition=_not_own,
            writes=("answer",),
            guards=_ANSWER,
        ),
        move(
            "tell",
            set(ANSWERED_OBJECTION),
            None,
            P.REGISTRATION_OBJECT,
            gettext_lazy("Catat: jawaban sudah disampaikan"),
            condition=_still_to_tell,
            writes=("told_on", "told_how"),
            tells=("told_on", "told_how"),
            guards=(
                filled("told_on", gettext_lazy("Tanggal penyampaian wajib diisi.")),
                not_future("told_on"),
                _not_before_answer,
                filled("told_how", gettext_lazy("Pilih lewat apa jawaban disampaikan.")),
            ),
            effect=_told_by,
        ),
    ),
    initial=S.FILED,
    final=frozenset(ANSWERED_OBJECTION),
)


def file(family: Family, *, by: User, kind: str, objector: str, reason: str, filed_on: date) -> Objection:
    """Record an objection about a family.

    Raises NotPermitted, or GuardFailed without a reason or for a day that lies ahead or more than a year back.

    It is to be answered within OBJECTION_DAYS days of the day it was filed.
    """
    if not reason.strip():
        raise GuardFailed("reason", _("Tulis alasan usul atau sanggahan."))
    if filed_on > clock.today():
        raise GuardFailed("filed_on", _("Tanggal ini belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    if filed_on < clock.today() - OLDEST:
        raise GuardFailed("filed_on", _("Tanggal ini lebih dari setahun lalu. Periksa tanggalnya."))
    if family.objections.filter(kind=kind).open().exists():
        raise GuardFailed("", _("Usul atau sanggahan yang sama tentang keluarga ini masih diproses."))
    row = Objection(
        family=family,
        kind=kind,
        objector=objector,
        reason=reason.strip(),
        filed_on=filed_on,
        due_on=filed_on + timedelta(days=settings.OBJECTION_DAYS),
        recorded_by=by,
        state_since=clock.now(),
    )
    return engine.create(row, by=by, permission=P.REGISTRATION_OBJECT, verb="file", kind=kind)
