"""The family's story: who came and went, which numbers its card bore, what each survey round said differently, its deciles.

A round is compared with the last one before it under the same code book: codes of two books mean different things. Rounds of
a former house are marked, and tell of the family's own people alone. The decile belongs to BPS; an estimate made elsewhere
never stands in its history.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from households.codebook import ASKED
from households.models import DecileRecord, Family, Membership, RegistryEvent, SurveyRound
from households.registry import rounds
from households.registry.rounds import stays_of
from slrt.core import crypto

# Which part of life a variable belongs to; whatever is not named here is about the house.
_SCHOOLING = {"sekolah", "jenjang", "kelas", "ijazah"}
_WORK = {"bekerja", "jam_kerja", "lapangan_kerja", "status_kerja", "kepala_tidak_bekerja"}
_SCREENING = {"tanpa_rumah", "takut_lapar", "belanja_makan", "tidak_beli_baju"}
_PROGRAMMES = {"program", "pkh", "sembako", "pbi_jk", "pip", "kks", "kip", "kis", "kur", "rastra", "bpnt"}
_HEALTH = {"hamil", "disabilitas", "penyakit", "ada_disabilitas", "ada_penyakit"}


@dataclass(frozen=True)
class Change:
    """One variable that two rounds answer differently, in words; `whom` is empty for the household."""

    part: str
    label: str
    before: str
    after: str
    whom: str = ""


@dataclass
class Round:
    """One survey round beside the last one before it under the same code book."""

    survey: SurveyRound
    changes: list[Change] = field(default_factory=list)
    # Why nothing could be compared, empty when it was.
    not_compared: str = ""
    # What to know when reading the comparison: an older round than the one before, another house.
    notes: list[str] = field(default_factory=list)
    # That the family lived elsewhere then, empty for the present house.
    former_house: str = ""


def part_of(name: str) -> str:
    """Return the part of life a variable belongs to, in words."""
    if name in _SCHOOLING:
        return _("Sekolah")
    if name in _WORK:
        return _("Pekerjaan")
    if name in _PROGRAMMES:
        return _("Program")
    if name in _SCREENING:
        return _("Penyaringan")
    if name in _HEALTH:
        return _("Kesehatan")
    return _("Rumah")


def differences(old: SurveyRound, new: SurveyRound, names: dict[int, str], only_named: bool = False) -> list[Change]:
    """Return what a round says differently from an older one under the same code book; both with their answers of persons.

    `names` gives the persons' names by number; `only_named` leaves everybody else out. A variable that only one of them
    asked is no change.
    """
    book = ASKED[new.codebook]
    found = _compare(old.answers, new.answers, book, "")
    before = {row.person_id: row.answers for row in old.person_answers.all()}
    for row in new.person_answers.all():
        if row.person_id in before and (row.person_id in names or not only_named):
            found += _compare(before[row.person_id], row.answers, book, names.get(row.person_id) or _("Anggota lain"))
    return found


def books_differ(old: SurveyRound, new: SurveyRound) -> str:
    """Say that two rounds are not compared because their codes do not mean the same."""
    sentence = _("Buku kodenya lain (sebelumnya %(old)s, sekarang %(new)s), jadi jawabannya tidak dibandingkan.")
    return sentence % {"old": old.get_codebook_display(), "new": new.get_codebook_display()}


def _compare(old: dict[str, Any], new: dict[str, Any], book: dict[str, Any], whom: str) -> list[Change]:
    return [
        Change(part_of(name), str(book[name].label), book[name].say(old[name]), book[name].say(code), whom)
        for name, code in new.items()
        if name in book and name in old and old[name] != code
    ]


def rounds_of(family: Family) -> list[Round]:
    """Return every survey round of the houses the family lived in, newest first, each with what changed since the last one
    under the same code book.
    """
    stays = stays_of(family)
    surveys = rounds.rounds_of(family, stays).select_related("collected_by").prefetch_related("person_answers")
    moves = {stay.household_id: stay.until for stay in stays if stay.household_id != family.household_id}
    own = dict(Membership.objects.filter(family=family).values_list("person_id", "person__name"))
    house = Membership.objects.filter(family__household=family.household_id)
    names = {**dict(house.values_list("person_id", "person__name")), **own}
    found: list[Round] = []
    last: dict[str, SurveyRound] = {}
    for survey in surveys:
        moved_out = moves.get(survey.household_id)
        entry = Round(survey, former_house=_lived_elsewhere(moved_out) if moved_out else "")
        _compare_with_last(
            entry, last.get(survey.codebook), found[-1].survey if found else None, own if moves else names
        )
        found.append(entry)
        last[survey.codebook] = survey
    return found[::-1]


def _compare_with_last(
    entry: Round, old: SurveyRound | None, before: SurveyRound | None, names: dict[int, str]
) -> None:
    """Compare a round with the last one of its book (`old`); `before` is the one directly before it, of whatever book."""
    if before is None:
        entry.not_compared = _("Pendataan pertama.")
    elif old is None:
        entry.not_compared = books_differ(before, entry.survey)
    else:
        entry.changes = differences(old, entry.survey, names, only_named=True)
        if old.pk != before.pk:
            sentence = _("Dibandingkan dengan pendataan %(day)s, yang terakhir dengan buku kode ini.")
            entry.notes.append(sentence % {"day": date_format(old.collected_on, "j F Y")})
        if old.household_id != entry.survey.household_id:
            entry.notes.append(
                _("Di antara keduanya keluarga ini pindah rumah; jawaban tentang rumah bukan rumah yang sama.")
            )


def _lived_elsewhere(until: date) -> str:
    sentence = _("Di rumah lama, sebelum pindah pada %(day)s.")
    return sentence % {"day": date_format(until, "j F Y")}


def membership_story(family: Family) -> list[dict[str, Any]]:
    """Return events and card numbers, oldest first, for the timeline component: sentence, at, note."""
    found: list[tuple[datetime, dict[str, Any]]] = []
    events = RegistryEvent.objects.filter(Q(family=family) | Q(other_family=family)).select_related("by").defer("rows")
    people = dict(Membership.objects.filter(family=family).values_list("person_id", "person__name"))
    for event in events:
        who = people.get(event.person_id or 0)
        sentence = f"{event.get_kind_display()}: {who}" if who else str(event.get_kind_display())
        sentence += " · " + _("oleh %(actor)s") % {"actor": event.by}
        if event.undone_at is not None:
            sentence += " · " + _("dibatalkan")
        found.append((_noon(event.happened_on), {"sentence": sentence, "at": event.at, "note": event.reason}))
    covered = {(event.person_id, event.happened_on) for event in events if event.undone_at is None}
    for row in family.memberships.select_related("person"):
        found += _of_membership(row, covered)
    for card in family.former_cards.all():
        sentence = _("Nomor KK %(number)s dipakai sampai hari ini") % {"number": crypto.mask(card.kk_encrypted)}
        found.append((card.until, {"sentence": sentence, "at": card.until, "note": ""}))
    found.sort(key=lambda entry: entry[0])
    return [shown for _at, shown in found]


def _of_membership(row: Membership, covered: set[tuple[int | None, date]]) -> list[tuple[datetime, dict[str, Any]]]:
    """Comings and goings that no event tells: of visits and extracts."""
    found = []
    name = row.person.name
    if row.started_on is not None and (row.person_id, row.started_on) not in covered:
        at = _noon(row.started_on)
        found.append((at, {"sentence": _("%(name)s tercatat di keluarga ini") % {"name": name}, "at": at, "note": ""}))
    if row.ended_on is not None and (row.person_id, row.ended_on) not in covered:
        at = _noon(row.ended_on)
        found.append(
            (at, {"sentence": _("%(name)s tidak lagi di keluarga ini") % {"name": name}, "at": at, "note": ""})
        )
    return found


def _noon(day: date) -> datetime:
    return timezone.make_aware(datetime(day.year, day.month, day.day, 12))


def deciles_of(family: Family) -> list[DecileRecord]:
    """Return the official deciles, oldest period first."""
    return list(family.deciles.order_by("period", "recorded_at"))


# The drawing's size in its own units; one column per period, one row per decile.
_WIDE, _HIGH, _LEFT, _TOP = 320, 150, 28, 14


def drawn_deciles(records: list[DecileRecord]) -> SafeString:
    """Return the history of the official decile as SVG: decile 10 on top, periods from left to right; empty below two records."""
    if len(records) < 2:
        return SafeString("")
    step = (_WIDE - 2 * _LEFT) / (len(records) - 1)
    height = _HIGH - 2 * _TOP - 12
    points = [
        (round(_LEFT + n * step, 1), round(_TOP + (10 - row.decile) / 9 * height, 1)) for n, row in enumerate(records)
    ]
    lines = format_html_join(
        "",
        '<line x1="{}" x2="{}" y1="{}" y2="{}"/><text x="4" y="{}">{}</text>',
        (
            (
                _LEFT,
                _WIDE - _LEFT,
                _TOP + (10 - d) / 9 * height,
                _TOP + (10 - d) / 9 * height,
                _TOP + (10 - d) / 9 * height + 4,
                d,
            )
            for d in (1, 5, 10)
        ),
    )
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="4"/>', points)
    ends = ((points[0][0], "start", records[0].period), (points[-1][0], "end", records[-1].period))
    names = format_html_join(
        "", '<text x="{}" y="{}" text-anchor="{}">{}</text>', ((x, _HIGH - 4, a, t) for x, a, t in ends)
    )
    path = "M" + " L".join(f"{x} {y}" for x, y in points)
    said = ", ".join(f"{row.period}: {row.decile}" for row in records)
    return format_html(
        '<svg class="trend" viewBox="0 0 {} {}" role="img" aria-label="{}">{}<path d="{}"/>{}{}</svg>',
        _WIDE, _HIGH, _("Desil resmi menurut periode: %(said)s") % {"said": said}, lines, path, dots, names,
    )  # fmt: skip
