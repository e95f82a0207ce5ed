"""A rule's conditions and a programme's papers as lines of a spreadsheet's cell, and back, losing nothing.

A line of a rule begins with words (or the code) that say what is looked at; a line of papers with the paper's code. What no line can
say, such as a condition with more to it than people can type, is written whole as JSON, and read so too.
"""

import json
from collections.abc import Collection, Iterable
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from programs.eligibility.conditions import WORDS, faults
from programs.eligibility.wording import WORDINGS, Wording

WAITS = "…"  # where a kind's words wait for a value


def conditions_said(conditions: Any) -> str:
    """Return conditions as lines in Indonesian, whatever the reader reads SLRT in: a sheet is handed on."""
    with override(settings.LANGUAGE_CODE):
        return _lines(conditions, _condition_said, lambda text: conditions_from(text, named(conditions)))


def papers_said(papers: Any) -> str:
    """Return papers as lines "code: words"."""
    return _lines(papers, lambda paper: f"{paper['code']}: {paper['label']}", papers_from)


def conditions_from(text: str, programmes: Collection[str]) -> list[Any]:
    """Return the conditions that a cell says. `programmes`: known codes. Raises ValueError with a sentence."""
    if _is_whole(text):
        return _whole(text, _("Satu ketentuan per baris, misalnya: Desil resmi paling tinggi 4."))
    return [_condition(line, programmes) for line in _filled(text)]


def papers_from(text: str) -> list[Any]:
    """Return the papers that a cell says. Raises ValueError with a sentence."""
    wanted = _('Satu syarat per baris: kode, titik dua, lalu namanya, misalnya "ktp: Fotokopi KTP".')
    if _is_whole(text):
        return _whole(text, wanted)
    found: dict[str, dict[str, str]] = {}
    for line in _filled(text):
        code, label = (part.strip() for part in line.partition(":")[::2])
        if not (code and label):
            raise ValueError(f"{_said(line)} {wanted}")
        if code.casefold() in found:
            raise ValueError(_('Kode "%(code)s" ada dua kali. Hapus salah satu syaratnya.') % {"code": code})
        found[code.casefold()] = {"code": code, "label": label}
    return list(found.values())


def _lines(values: Any, said: Any, back: Any) -> str:
    """Join the lines, if they are read again as the very same values; else write the values whole."""
    try:
        text = "\n".join(map(said, values or []))
        if not _is_whole(text) and back(text) == (values or []):
            return text
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    return json.dumps(values, ensure_ascii=False)


def _is_whole(text: str) -> bool:
    return text.lstrip()[:1] in ("[", "{")


def _whole(text: str, wanted: str) -> list[Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, list) or "\\u0000" in text:
        raise ValueError(wanted)
    return found


def _filled(text: str) -> Iterable[str]:
    return (line.strip() for line in text.splitlines() if line.strip())


def _said(line: str) -> str:
    return _('Baris "%(line)s" tidak bisa dibaca.') % {"line": line[:60]}


def named(conditions: Any) -> set[str]:
    """Return the codes of programmes that stored conditions name: they are read again even where nobody knows them any more."""
    lists = [rule.get("programmes") for rule in conditions or [] if isinstance(rule, dict)]
    return {code for listed in lists if isinstance(listed, list) for code in listed if isinstance(code, str)}


def _condition_said(rule: dict[str, Any]) -> str:
    wording = WORDINGS[rule["kind"]]
    if not wording.takes:
        return str(wording.choice)
    value = rule[wording.part]
    if wording.takes == "members":
        value = [str(WORDS[name]) for name in value]
    return str(wording.choice).replace(WAITS, str(value) if wording.takes == "number" else ", ".join(value))


def _condition(line: str, programmes: Collection[str]) -> dict[str, Any]:
    plain = _plain(line)
    found = [
        (head, kind)
        for head, kind in _heads()
        if plain == head or plain.startswith((f"{head} ", f"{head}:", f"{head}…"))
    ]
    if not found:
        raise ValueError(
            _('Baris "%(line)s" tidak dimulai dengan ketentuan yang dikenal. Pilih salah satu: %(kinds)s.')
            % {"line": line[:60], "kinds": "; ".join(str(wording.choice) for wording in WORDINGS.values())}
        )
    head, kind = max(found, key=lambda one: len(one[0]))
    value = " ".join(line.split())[len(head) :].strip(" :.…")
    wording = WORDINGS[kind]
    if not wording.takes:
        if value:
            raise ValueError(
                _('%(line)s: ketentuan ini tanpa isian. Hapus "%(value)s".') % {"line": line[:60], "value": value}
            )
        return {"kind": kind}
    rule = {"kind": kind, wording.part: _value(wording, value, programmes)}
    if faults([rule]):
        raise ValueError(f"{_said(line)} {wording.wanted}")
    return rule


def _value(wording: Wording, value: str, programmes: Collection[str]) -> Any:
    if wording.takes == "number":
        return int(value) if value.isascii() and value.isdigit() and len(value) < 4 else None
    parts = [part.strip() for part in value.split(",") if part.strip()]
    if wording.takes == "members":
        return [
            _known(part, _members(), _('"%(value)s" bukan kelompok anggota yang dikenal. Pilih: %(known)s.'))
            for part in parts
        ]
    codes = {code.casefold(): code for code in programmes}
    return [_known(part, codes, _('"%(value)s" tidak ada di daftar program. Tulis kode programnya.')) for part in parts]


def _known(part: str, known: dict[str, str], otherwise: str) -> str:
    code = known.get(_plain(part))
    if code is None:
        raise ValueError(otherwise % {"value": part, "known": ", ".join(str(word) for word in WORDS.values())})
    return code


def _members() -> dict[str, str]:
    said = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            said.update({_plain(str(word)): name for name, word in WORDS.items()})
    return {**said, **{name.casefold(): name for name in WORDS}}


def _heads() -> list[tuple[str, str]]:
    """What a line may begin with, and the kind it then is: the kind's words in every language, and its code."""
    heads = [(kind, kind) for kind in WORDINGS]
    for language, _name in settings.LANGUAGES:
        with override(language):
            heads += [(_plain(str(wording.choice).replace(WAITS, "")), kind) for kind, wording in WORDINGS.items()]
    return heads


def _plain(text: str) -> str:
    """A text without capitals, doubled spaces, long dashes, and the sign at its end."""
    return " ".join(text.casefold().replace("–", "-").split()).rstrip(" :")
