"""What the ministry's answer file says, and what each of its rows would do: read, then matched with what was sent.

A row names a person; what moves is the registration of the family the person lives in. `workflow/answer.py` applies it.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from households.choices.answers import AnswerKind
from households.choices.registration import RegistrationState as R
from households.importing.columns import plain
from households.importing.reading import Unreadable, grid
from households.models import AnswerRow, Family, Membership, Registration
from households.validators import DIGITS, PERIOD, clean_digits, is_scientific
from slrt.accounts.models import User
from slrt.core import crypto

REQUIRED = ("NIK", "STATUS")
OPTIONAL = ("NO_USULAN", "ID_KELUARGA", "NO_KK", "NAMA", "KODE_ALASAN", "ALASAN", "DESIL", "PERIODE")
KNOWN = {plain(name): name for name in REQUIRED + OPTIONAL}
# The ministry's words and SIKS-NG's own.
WORDS = {
    "DITETAPKAN": AnswerKind.DETERMINED,
    "VERIVALIFINAL": AnswerKind.DETERMINED,
    "TIDAKDITETAPKAN": AnswerKind.NOT_DETERMINED,
    "VERIVALISUBMITTEDREJECT": AnswerKind.NOT_DETERMINED,
    "VERIVALIKORKABREJECTED": AnswerKind.NOT_DETERMINED,
    "VERIVALIKORWILREJECTED": AnswerKind.NOT_DETERMINED,
    "BERDESIL": AnswerKind.RANKED,
    "VERIVALIPENDINGQCPUSAT": AnswerKind.RANKED,
}
DECILES = range(1, 11)
WAITING = (R.SENT_TO_MINISTRY, R.RANKED)
ANSWERED = (R.DETERMINED, R.NOT_DETERMINED, R.UPDATE_DUE, R.EXITED)
EFFECTIVE = (AnswerKind.DETERMINED, AnswerKind.NOT_DETERMINED, AnswerKind.RANKED)
PROBLEMS_SHOWN = 10


@dataclass(frozen=True)
class Answer:
    """One row as it stands in the file. `decile` None and `period` empty: the row says nothing of them."""

    line: int
    nik: str
    kind: str
    reason: str = ""
    decile: int | None = None
    period: str = ""


def read(data: bytes) -> list[Answer]:
    """Read an answer file (CSV or XLSX). Raises Unreadable with everything that is wrong, by line; then nothing is kept."""
    if len(data) > settings.ANSWER_MAX_BYTES:
        raise Unreadable(
            _("Berkas ini lebih dari %(limit)d MB. Bagi per kecamatan, lalu unggah satu per satu.")
            % {"limit": settings.ANSWER_MAX_BYTES // 1_048_576}
        )
    frame, headers, _kind = grid(data)
    names = _names(headers)
    problems: list[str] = []
    answers = []
    for line, cells in enumerate(frame.iter_rows(), start=2):
        row = {name: (cell or "").strip() for name, cell in zip(names, cells, strict=True)}
        if not any(row.values()):
            continue
        answer = _answer(line, row, problems)
        if answer is not None:
            answers.append(answer)
    problems += _repeated(answers)
    if problems:
        more = len(problems) - PROBLEMS_SHOWN
        shown = problems[:PROBLEMS_SHOWN] + ([_("Dan %(n)d masalah lain.") % {"n": more}] if more > 0 else [])
        raise Unreadable(" ".join(shown))
    if not answers:
        raise Unreadable(_("Berkas ini tidak berisi baris jawaban. Unduh lagi dari SIKS-NG, lalu unggah."))
    return answers


def _names(headers: list[str]) -> list[str]:
    unknown = [header or _("(tanpa judul)") for header in headers if plain(header) not in KNOWN]
    if len(unknown) == len(headers):
        raise Unreadable(
            _("Berkas ini bukan tabel jawaban: tidak satu pun judul kolomnya dikenal. Unggah berkas jawaban SIKS-NG.")
        )
    if unknown:
        raise Unreadable(
            _("Kolom tidak dikenal: %(columns)s. Hapus kolom itu atau betulkan judulnya, lalu unggah lagi.")
            % {"columns": ", ".join(unknown)}
        )
    names = [KNOWN[plain(header)] for header in headers]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise Unreadable(
            _("Kolom wajib tidak ada: %(columns)s. Tambahkan kolom itu dengan judul yang sama.")
            % {"columns": ", ".join(missing)}
        )
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise Unreadable(_("Kolom ini ada dua kali: %(columns)s. Hapus salah satunya.") % {"columns": ", ".join(twice)})
    return names


def _answer(line: int, row: dict[str, str], problems: list[str]) -> Answer | None:
    """Return a row's answer, or add what is wrong with it."""
    at = {"line": line}
    wrong = []
    nik = clean_digits(row["NIK"])
    if is_scientific(row["NIK"]):
        wrong.append(_("Baris %(line)d: NIK rusak oleh lembar kerja. Jadikan kolom NIK teks.") % at)
    elif len(nik) != DIGITS or not nik.isdigit():
        wrong.append(_("Baris %(line)d: NIK bukan 16 angka.") % at)
    kind = WORDS.get(plain(row["STATUS"]))
    if kind is None:
        wrong.append(_("Baris %(line)d: status tidak dikenal. Tulis DITETAPKAN, TIDAK DITETAPKAN, atau BERDESIL.") % at)
    reason = " ".join(part for part in (row.get("KODE_ALASAN", ""), row.get("ALASAN", "")) if part)[:200]
    if kind == AnswerKind.NOT_DETERMINED and not reason:
        wrong.append(_("Baris %(line)d: tidak ditetapkan tanpa kode alasan.") % at)
    decile, period = row.get("DESIL", ""), row.get("PERIODE", "")
    if decile and not (decile.isdigit() and int(decile) in DECILES):
        wrong.append(_("Baris %(line)d: desil harus 1 sampai 10.") % at)
    elif decile and not re.fullmatch(PERIOD, period):
        wrong.append(_("Baris %(line)d: periode desil ditulis seperti 2026-Q4.") % at)
    elif kind == AnswerKind.RANKED and not decile:
        wrong.append(_("Baris %(line)d: berdesil tetapi desilnya kosong.") % at)
    problems += wrong
    if wrong or kind is None:
        return None
    return Answer(line, nik, kind, reason, int(decile) if decile else None, period if decile else "")


def _repeated(answers: Iterable[Answer]) -> list[str]:
    lines: dict[str, list[int]] = {}
    for answer in answers:
        lines.setdefault(answer.nik, []).append(answer.line)
    return [
        _("NIK yang sama ada di baris %(lines)s. Sisakan satu.") % {"lines": ", ".join(map(str, found))}
        for found in lines.values()
        if len(found) > 1
    ]


def matched(answers: list[Answer], *, by: User) -> list[AnswerRow]:
    """Return one unsaved row per answer, in the order of the file, each with what it would do.

    Two answers about members of one family say the same, and the later counts as answered; when they contradict each
    other Unreadable is raised.
    """
    indexes = {answer.line: crypto.blind_index(answer.nik) for answer in answers}
    families = dict(
        Membership.objects.open()
        .filter(person__nik_index__in=list(indexes.values()), family__in=Family.objects.visible_to(by))
        .values_list("person__nik_index", "family_id")
    )
    families = {bytes(index): pk for index, pk in families.items()}
    newest: dict[int, Registration] = {}
    for registration in (
        Registration.objects.filter(family_id__in=set(families.values())).select_related("family").order_by("pk")
    ):
        newest[registration.family_id] = registration
    said: dict[int, Answer] = {}
    return [
        _row(answer, indexes[answer.line], newest.get(families.get(indexes[answer.line], 0)), said)
        for answer in answers
    ]


def _row(answer: Answer, index: bytes, registration: Registration | None, said: dict[int, Answer]) -> AnswerRow:
    kind: str = answer.kind
    if registration is None:
        kind = AnswerKind.UNKNOWN
    elif registration.state in ANSWERED:
        kind = AnswerKind.ANSWERED
    elif registration.state == R.EXIT_PROPOSED:
        kind = AnswerKind.LEAVING if registration.exit_from in WAITING else AnswerKind.ANSWERED
    elif registration.state not in WAITING:
        kind = AnswerKind.NOT_SENT
    else:
        first = said.setdefault(registration.pk, answer)
        if first is not answer:
            if (first.kind, first.decile, first.period) != (answer.kind, answer.decile, answer.period):
                raise Unreadable(
                    _("Baris %(one)d dan %(two)d tentang keluarga yang sama, tetapi jawabannya bertentangan.")
                    % {"one": first.line, "two": answer.line}
                )
            kind = AnswerKind.ANSWERED
        elif answer.kind == AnswerKind.RANKED and _knows(registration, answer):
            kind = AnswerKind.ANSWERED
    return AnswerRow(
        line=answer.line,
        nik_index=index,
        masked=crypto.mask(answer.nik),
        registration=registration,
        registration_version=registration.version if registration else None,
        kind=kind,
        reason=answer.reason,
        decile=answer.decile,
        period=answer.period,
    )


def _knows(registration: Registration, answer: Answer) -> bool:
    family = registration.family
    return registration.state == R.RANKED and (family.decile, family.decile_period) == (answer.decile, answer.period)
