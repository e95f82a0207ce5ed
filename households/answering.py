"""The ministry's answer file as a kind of list: what a row may say, and what it means beside what was sent.

A row names a person; what moves is the newest registration of the family the person lives in. `workflow/answer.py` lays the
rows out and applies them (docs/adr/0024).
"""

from datetime import datetime
from string import Template
from typing import Any

import polars as pl
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from households.choices.answers import AnswerKind
from households.choices.imports import ImportKind
from households.choices.registration import RegistrationState as R
from households.duplicates.likeness import is_another
from households.importing.columns import Columns
from households.importing.kinds import NAME, Fact, Kind, Tell, digits, register
from households.models import AnswerFile, AnswerRow, ImportRun, Registration
from households.validators import PERIOD
from households.workflow import answer
from slrt.accounts.models import User
from slrt.accounts.roles import Permission

# The ministry's words and SIKS-NG's own, without the signs between them.
WORDS = {
    "DITETAPKAN": AnswerKind.DETERMINED.value,
    "VERIVALIFINAL": AnswerKind.DETERMINED.value,
    "TIDAKDITETAPKAN": AnswerKind.NOT_DETERMINED.value,
    "VERIVALIKORWILREJECTED": AnswerKind.NOT_DETERMINED.value,
    "BERDESIL": AnswerKind.RANKED.value,
    "VERIVALIPENDINGQCPUSAT": AnswerKind.RANKED.value,
}
# A proposal that was only sent back is not decided; taken for an answer, these would end it.
SENT_BACK = ["VERIVALISUBMITTEDREJECT", "VERIVALIKORKABREJECTED"]
WAITING = (R.SENT_TO_MINISTRY, R.RANKED)
ANSWERED = (R.DETERMINED, R.NOT_DETERMINED, R.UPDATE_DUE, R.EXITED)
# What a row comes to, by the status of the list; a changed row comes to what it says.
KINDS_OF_ROWS = {
    "unknown": AnswerKind.UNKNOWN,
    "nik_former": AnswerKind.UNKNOWN,
    "answer_not_sent": AnswerKind.NOT_SENT,
    "answer_leaving": AnswerKind.LEAVING,
    "unchanged": AnswerKind.ANSWERED,
}


def _listed(states: tuple[R, ...]) -> str:
    return ", ".join(f"'{state.value}'" for state in states)


NEWEST = """
LEFT JOIN LATERAL (SELECT g.id, g.state, g.exit_from, g.version FROM households_registration g WHERE g.family_id = r.family_id
  ORDER BY g.id DESC LIMIT 1) g ON true
"""
# Who lives in another family now than the one that was proposed is answered for neither before somebody has looked.
# Members of one family who are told the same are one answer; who is told otherwise is no answer at all.
STATUSES = Template("""
UPDATE import_row k SET status = CASE
  WHEN r.proposal IS NOT NULL AND r.proposal IS DISTINCT FROM g.id THEN 'answer_other_proposal'
  WHEN g.state = 'exit_proposed' AND g.exit_from IN ($waiting) THEN 'answer_leaving'
  WHEN g.state = 'exit_proposed' OR g.state IN ($answered) THEN 'unchanged'
  WHEN g.state IN ($waiting) THEN 'changed'
  ELSE 'answer_not_sent' END
FROM import_row r $newest WHERE k.line = r.line AND k.status IS NULL;
UPDATE import_row r SET status = 'answer_contradicts' FROM (SELECT family_id FROM import_row WHERE status = 'changed'
  GROUP BY 1 HAVING count(DISTINCT (code, amount, period)) > 1) d WHERE r.family_id = d.family_id AND r.status = 'changed';
UPDATE import_row r SET status = 'unchanged' FROM (SELECT family_id, min(line) AS first FROM import_row WHERE status = 'changed'
  GROUP BY 1) d WHERE r.family_id = d.family_id AND r.status = 'changed' AND r.line > d.first;
UPDATE import_row k SET status = 'unchanged' FROM import_row r JOIN households_family f ON f.id = r.family_id $newest
WHERE k.line = r.line AND k.status = 'changed' AND r.code = 'ranked' AND g.state = 'ranked'
  AND f.decile = r.amount AND f.decile_period = r.period
""").substitute(waiting=_listed(WAITING), answered=_listed(ANSWERED), newest=NEWEST)
LAID_OUT = Template("""
SELECT r.line, r.nik_index, r.masked, g.id, g.version, r.status, r.code, r.detail, r.amount, coalesce(r.period, ''),
  coalesce(r.name, ''), coalesce(p.name, '')
FROM import_row r $newest LEFT JOIN households_person p ON p.id = r.person_id WHERE r.status IN ('changed', $others) ORDER BY r.line
""").substitute(newest=NEWEST, others=", ".join(f"'{status}'" for status in KINDS_OF_ROWS))


def _lay_out(run: ImportRun) -> None:
    """Keep what each row would do. Call inside `looking_into`, after the rows were compared."""
    with connection.cursor() as cursor:
        cursor.execute(LAID_OUT)
        rows = [
            AnswerRow(
                line=line,
                nik_index=bytes(index),
                masked=masked,
                registration_id=registration,
                registration_version=version,
                kind=KINDS_OF_ROWS.get(status, code),
                reason=reason,
                decile=decile,
                period=period,
                name=name if status == "changed" and is_another(name, here) else "",
            )
            for line, index, masked, registration, version, status, code, reason, decile, period, name, here in (
                cursor.fetchall()
            )
        ]
    answer.lay_out(run, rows)


def absent_from(file: AnswerFile) -> Any:
    """Return the proposals that waited for an answer when a file came, are not in it and still wait; those of refused rows too."""
    waits = Q(state__in=WAITING) | Q(state=R.EXIT_PROPOSED, exit_from__in=WAITING)
    was_sent = Q(sent_on__lte=timezone.localdate(file.created_at)) | Q(sent_on=None, state_since__lte=file.created_at)
    named = file.rows.exclude(registration=None).values("registration")
    return Registration.objects.in_region(file.area_id).filter(waits, was_sent).exclude(pk__in=named)


def _apply(run: ImportRun, by: User, at: datetime, tell: Tell) -> dict[str, Any]:
    return {"tally": answer.apply_run(run, by=by, at=at, tell=tell)}


decile = pl.col("DESIL").str.replace(r"\.0$", "")
said = pl.col("code")
status = pl.col("STATUS").str.to_uppercase().str.replace_all(r"[^A-Z0-9]", "")
ANSWER = register(
    Kind(
        name=ImportKind.ANSWER,
        columns=Columns(
            ("NIK", "STATUS"),
            ("NO_USULAN", "ID_KELUARGA", "NO_KK", "NAMA", "KODE_ALASAN", "ALASAN", "DESIL", "PERIODE"),
        ),
        keys=("NIK",),
        facts={
            "code": status.replace_strict(WORDS, default=None, return_dtype=pl.String),
            "amount": decile.cast(pl.Int64, strict=False),
            "period": pl.when(decile != "").then(pl.col("PERIODE")),
            "detail": pl.concat_str(["KODE_ALASAN", "ALASAN"], separator=" ").str.strip_chars().str.slice(0, 200),
            # Ours only; other numbers of the ministry's tell nothing here.
            "proposal": pl.col("NO_USULAN").str.extract(r"^(?i:DFT)-0*(\d{1,18})$").cast(pl.Int64),
            "name": NAME,
            "masked": pl.concat_str([digits("NIK").str.head(4), pl.lit("•" * 8), digits("NIK").str.tail(4)]),
        },
        refusals=(
            pl.when(status.is_in(SENT_BACK)).then(pl.lit("answer_sent_back")),
            pl.when(said.is_null()).then(pl.lit("answer_status")),
            pl.when((said == AnswerKind.NOT_DETERMINED.value) & (pl.col("detail") == "")).then(pl.lit("answer_reason")),
            pl.when((decile != "") & ~pl.col("amount").is_between(1, 10).fill_null(False)).then(pl.lit("decile_range")),
            pl.when((decile != "") & ~pl.col("PERIODE").str.contains(PERIOD)).then(pl.lit("answer_period")),
            pl.when((said == AnswerKind.RANKED.value) & (decile == "")).then(pl.lit("answer_no_decile")),
        ),
        statuses=STATUSES,
        writes=(),
        permission=Permission.REGISTRATION_RESULT,
        shown={
            "answer": Fact("g.state", "r.code"),
            "decile": Fact("f.decile", "r.amount::int"),
            "period": Fact("f.decile_period", "r.period"),
            "reason": Fact("NULL", "nullif(r.detail, '')"),
        },
        beside=NEWEST,
        previewed=_lay_out,
        cancelled=answer.cancel_run,
        apply=_apply,
        take_back=answer.take_back_run,
    )
)
