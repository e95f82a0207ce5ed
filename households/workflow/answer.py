"""The ministry's answer file: uploaded and shown, then applied once after confirmation.

Every row ends with an outcome, so done + skipped + failed is the number of rows (docs/adr/0024).
"""

import hashlib
import re
from collections import Counter
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from households import batch
from households.answering import EFFECTIVE, matched, read
from households.choices.answers import AnswerFileState, AnswerKind, AnswerOutcome
from households.models import AnswerFile, AnswerRow
from slrt.accounts.models import User
from slrt.accounts.roles import Permission as P
from slrt.core import clock
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion
from slrt.workflow import engine
from slrt.workflow.engine import Step, Workflow
from slrt.workflow.guards import move

S = AnswerFileState


def _apply_rows(file: AnswerFile, step: Step) -> None:
    tally = batch.Tally()
    rows = list(file.rows.select_related("registration__family"))
    for row in rows:
        if row.kind not in EFFECTIVE:
            row.outcome, row.problem = AnswerOutcome.SKIPPED, str(AnswerKind(row.kind).label)
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
    AnswerRow.objects.bulk_update(rows, ["outcome", "problem"], batch_size=500)
    file.counts = {**file.counts, **tally.as_json()}


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
    if not file.rows.filter(kind__in=EFFECTIVE).exists():
        raise GuardFailed("", _("Tidak ada baris yang mengubah apa pun. Batalkan berkas ini."))


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
            guards=(_something_to_do,),
            effect=_apply_rows,
        ),
        move(
            "cancel", {S.PREVIEWED}, S.CANCELLED, P.REGISTRATION_RESULT, gettext_lazy("Batalkan berkas ini"), tone="bad"
        ),
    ),
    initial=S.PREVIEWED,
    final=frozenset({S.APPLIED, S.CANCELLED}),
)


def upload(data: bytes, file_name: str, *, by: User) -> AnswerFile:
    """Read and match an answer file and keep what each row would do; no registration changes. Call in a transaction.

    Raises NotPermitted, or Unreadable. The file itself is not kept, its rows are, with numbers only as blind index and mask.
    """
    answers = read(data)
    areas = by.areas_for(P.REGISTRATION_RESULT)
    if not areas:
        raise NotPermitted(_("Peran Anda tidak mencatat hasil dari Kementerian."))
    row = AnswerFile(
        area_id=areas[0],
        uploaded_by=by,
        file_name=re.split(r"[\\/]", file_name)[-1][:200],
        file_hash=hashlib.sha256(data).hexdigest(),
        state_since=clock.now(),
    )

    def keep_rows(saved: AnswerFile) -> None:
        rows = matched(answers, by=by)
        for answer_row in rows:
            answer_row.file = saved
        AnswerRow.objects.bulk_create(rows, batch_size=1000)
        saved.counts = {"rows": len(rows), "kinds": dict(Counter(str(found.kind) for found in rows))}
        saved.save(update_fields=["counts"])

    return engine.create(row, by=by, permission=P.REGISTRATION_RESULT, verb="upload", then=keep_rows, rows=len(answers))
