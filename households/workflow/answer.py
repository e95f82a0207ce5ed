"""The ministry's answer file: laid out row by row when its import is previewed, then applied once with it.

Every row ends with an outcome, so done + skipped + failed is the number of rows (docs/adr/0024).
"""

from collections import Counter
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from households import batch
from households.choices.answers import EFFECTIVE, AnswerFileState, AnswerKind, AnswerOutcome
from households.importing.kinds import Tell
from households.models import AnswerFile, AnswerRow, ImportRun
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.audit import trail
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed
from slrt.core.numbers import masked
from slrt.core.sentence import Sentence
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import move

S = AnswerFileState
MOVES = Q(kind__in=EFFECTIVE) & (Q(name="") | ~Q(same_person_reason=""))


def _nobody_listens(done: int, total: int) -> None:
    """How far a step has come, where nobody watches."""


def _apply_rows(file: AnswerFile, step: Step) -> None:
    tally = batch.Tally()
    rows = list(file.rows.select_related("registration__family"))
    tell: Tell = step.data.get("tell", _nobody_listens)
    for number, row in enumerate(rows):
        tell(number, len(rows))
        if row.kind not in EFFECTIVE or row.held:
            row.outcome, row.problem = AnswerOutcome.SKIPPED, _why_skipped(row)
            tally.chosen += 1
            tally.skipped[row.problem] += 1
            continue
        before = tally.done, tally.skipped.copy(), tally.failed.copy()
        batch.each([row], lambda found: _act(found, step), tally)
        if tally.done > before[0]:
            row.outcome = AnswerOutcome.DONE
        elif tally.skipped != before[1]:
            row.outcome, row.problem = AnswerOutcome.SKIPPED, next(iter(tally.skipped - before[1]))[:300]
        else:
            row.outcome, row.problem = AnswerOutcome.FAILED, next(iter(tally.failed - before[2]))[:300]
    tell(len(rows), len(rows))
    AnswerRow.objects.bulk_update(rows, ["outcome", "problem"], batch_size=500)
    file.counts = {**file.counts, **tally.as_json()}


def _why_skipped(row: AnswerRow) -> str:
    return _("Nama di berkas berbeda dan belum diputuskan.") if row.held else str(AnswerKind(row.kind).label)


def _act(row: AnswerRow, step: Step) -> None:
    registration = row.registration
    if registration is None or registration.version != row.registration_version:
        raise StaleVersion(_("Usulan ini diubah orang lain sesudah berkas diperiksa."), current=registration)
    by, at = step.by, step.at
    if row.decile is not None:
        engine.apply("rank", registration, by=by, at=at, decile=row.decile, period=row.period)
    if row.kind == AnswerKind.DETERMINED:
        engine.apply("determine", registration, by=by, at=at)
    elif row.kind == AnswerKind.NOT_DETERMINED:
        engine.apply("not_determine", registration, by=by, at=at, result_reason=row.reason)


def _something_to_do(file: AnswerFile, data: dict[str, Any]) -> None:
    if not file.rows.filter(MOVES).exists():
        raise GuardFailed("", _("Tidak ada baris yang mengubah apa pun. Batalkan berkas ini."))


def _by_its_import(file: AnswerFile, data: dict[str, Any]) -> None:
    if file.run_id != data.get("run"):
        raise GuardFailed("", _("Terapkan atau batalkan di halaman impor berkas ini."))


def _done_rows(file: AnswerFile) -> Any:
    return file.rows.filter(outcome=AnswerOutcome.DONE).select_related("registration__family").order_by("-line")


def _nobody_went_on(file: AnswerFile, data: dict[str, Any]) -> None:
    """Each proposal still stands as the file left it: one step for a decile, one for a decision."""
    later = 0
    for row in _done_rows(file):
        steps = (row.decile is not None) + (row.kind != AnswerKind.RANKED)
        later += row.registration.version != row.registration_version + steps
    if later:
        raise GuardFailed(
            "",
            Sentence(
                gettext_noop(
                    "Tidak bisa ditarik: %(n)d usulan dari berkas ini sudah dilanjutkan atau disampaikan sesudahnya. "
                    "Tarik hasil yang keliru satu per satu di halaman pendaftarannya."
                ),
                {"n": later},
            ),
        )


def _take_rows_back(file: AnswerFile, step: Step) -> None:
    rows, tell = list(_done_rows(file)), step.data.get("tell", _nobody_listens)
    for number, row in enumerate(rows):
        tell(number, len(rows))
        engine.apply(
            "correct_result", row.registration, by=step.by, in_name_of=step.in_name_of, at=step.at, note=step.note
        )
        row.outcome, row.problem = AnswerOutcome.UNDONE, step.note[:300]
    AnswerRow.objects.bulk_update(rows, ["outcome", "problem"], batch_size=500)


ANSWER = Workflow(
    "answer",
    "households.answerfile",
    AnswerFileState,
    (
        move(
            "apply",
            {S.PREVIEWED},
            S.APPLIED,
            P.REGISTRATION_RESULT,
            gettext_lazy("Terapkan jawaban"),
            guards=(_by_its_import, _something_to_do),
            effect=_apply_rows,
        ),
        move(
            "take_back",
            {S.APPLIED},
            S.TAKEN_BACK,
            P.REGISTRATION_RESULT,
            gettext_lazy("Tarik kembali jawaban"),
            needs_note=True,
            guards=(_by_its_import, _nobody_went_on),
            tone="bad",
            effect=_take_rows_back,
        ),
        move(
            "cancel",
            {S.PREVIEWED},
            S.CANCELLED,
            P.REGISTRATION_RESULT,
            gettext_lazy("Batalkan berkas ini"),
            guards=(_by_its_import,),
            tone="bad",
        ),
    ),
    initial=S.PREVIEWED,
    final=frozenset({S.APPLIED, S.CANCELLED, S.TAKEN_BACK}),
)


def lay_out(run: ImportRun, rows: list[AnswerRow]) -> AnswerFile:
    """Keep what each row of an import would do; no registration changes. What an earlier reading laid out is cancelled.

    Call in a transaction. Numbers are kept only as blind index and mask. Raises NotPermitted.
    """
    cancel_run(run, run.started_by)
    row = AnswerFile(
        area_id=run.area_id,
        uploaded_by=run.started_by,
        run=run,
        file_name=run.file_name,
        file_hash=run.file_hash,
        state_since=clock.now(),
    )

    def keep_rows(saved: AnswerFile) -> None:
        for answer_row in rows:
            answer_row.file = saved
        AnswerRow.objects.bulk_create(rows, batch_size=1000)
        saved.counts = {"rows": len(rows), "kinds": dict(Counter(str(found.kind) for found in rows))}
        saved.counts["held"] = sum(found.held for found in rows)
        saved.save(update_fields=["counts"])

    return engine.create(row, by=run.started_by, permission=P.REGISTRATION_RESULT, verb="upload", then=keep_rows)


def cancel_run(run: ImportRun, by: User, note: str = "") -> None:
    """Cancel what an import laid out and did not apply; who only approves does so in the name of its uploader."""
    for file in AnswerFile.objects.filter(run=run, state=S.PREVIEWED):
        name = None if may(by, P.REGISTRATION_RESULT, file) else run.started_by
        engine.apply("cancel", file, by=by, in_name_of=name, note=note, run=run.pk)


def same_person(row: AnswerRow, reason: str, *, by: User) -> None:
    """Say that a row with another name is about the person of its NIK, so that it takes effect when its file is applied.

    Raises NotPermitted, TransitionNotAllowed when nothing (more) is to be said, GuardFailed without a reason.
    """
    with transaction.atomic():
        file = AnswerFile.objects.select_for_update().get(pk=row.file_id)
        row.refresh_from_db()
        decision = may(by, P.REGISTRATION_RESULT, file)
        if not decision:
            raise NotPermitted(decision.reason)
        if file.state != S.PREVIEWED or not row.held:
            raise TransitionNotAllowed(_("Baris ini tidak (lagi) menunggu keputusan tentang namanya."))
        if not reason.strip():
            raise GuardFailed("reason", _("Tulis mengapa orangnya sama."))
        row.same_person_reason = masked(reason.strip())[:300]
        row.save(update_fields=["same_person_reason"])
        trail.write("same_person", file, by=by, note=row.same_person_reason, line=row.line)


def waiting(file: AnswerFile) -> int:
    """How many rows with another name still wait for somebody to say that it is the same person."""
    return file.rows.filter(kind__in=EFFECTIVE, same_person_reason="").exclude(name="").count()


def moving(run: ImportRun) -> int:
    """How many rows of what an import laid out would move a proposal as they stand: none that waits for a word on its name."""
    return AnswerRow.objects.filter(MOVES, file__run=run, file__state=S.PREVIEWED).count()


def apply_run(run: ImportRun, *, by: User, at: datetime, tell: Tell) -> dict[str, Any]:
    """Take the steps of an import's rows, each in a savepoint; return the account of them, empty when none had anything to do.

    Who only approves a large file records no results: the steps are then those of its uploader. Call in a transaction.
    """
    file = AnswerFile.objects.get(run=run, state=S.PREVIEWED)
    if not file.rows.filter(MOVES).exists():
        cancel_run(run, run.started_by, _("Impornya diterapkan, tetapi tidak satu baris pun mengubah usulan."))
        return {}
    who = by if may(by, P.REGISTRATION_RESULT, file) else run.started_by
    engine.apply("apply", file, by=who, at=at, run=run.pk, tell=tell)
    file.refresh_from_db()
    return {name: file.counts[name] for name in ("chosen", "done", "skipped", "failed", "reasons")}


def take_back_run(run: ImportRun, note: str, by: User, tell: Tell) -> dict[str, int]:
    """Take the results of an applied file back, all or none; return how many. Call in a transaction.

    The trail names who asked for it; who only approves large files does so in the name of their uploader. Raises a Refusal when
    somebody went on from one of them.
    """
    file = AnswerFile.objects.filter(run=run, state=S.APPLIED).first()
    if file is None:
        return {"results": 0}
    name = None if may(by, P.REGISTRATION_RESULT, file) else run.started_by
    engine.apply("take_back", file, by=by, in_name_of=name, note=note, run=run.pk, tell=tell)
    return {"results": file.rows.filter(outcome=AnswerOutcome.UNDONE).count()}
