"""What a run changes, in words."""

from datetime import date
from typing import Any

from django.db.models import TextChoices
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from households.choices.person import MaritalStatus, NikMatch, Relation, Sex
from households.choices.registration import RegistrationState

KINDS = ("people", "households")
FIELDS = {
    "nik": "NIK",
    "name": lazy("Nama"),
    "birth_date": lazy("Tanggal lahir"),
    "birth_place": lazy("Tempat lahir"),
    "sex": lazy("Jenis kelamin"),
    "marital": lazy("Status kawin"),
    "occupation": lazy("Pekerjaan"),
    "mother_name": lazy("Nama ibu kandung"),
    "relation": lazy("Hubungan dengan kepala keluarga"),
    "answers": lazy("Jawaban pendataan"),
    "village": lazy("Desa"),
    "address": lazy("Alamat"),
    "rt": "RT",
    "rw": "RW",
    "kk_number": lazy("Nomor KK"),
    "official_id": lazy("ID keluarga DTSEN"),
    "decile": lazy("Desil"),
    "period": lazy("Periode desil"),
    "nik_match": lazy("Padan Dukcapil"),
    "checked_on": lazy("Tanggal hasil"),
    "programme": lazy("Program"),
    "started_on": lazy("Mulai"),
    "ended_on": lazy("Berakhir"),
    "amount": lazy("Nilai (Rp)"),
    "benefit": lazy("Bantuan"),
    "answer": lazy("Usulan"),
    "reason": lazy("Kode alasan"),
}
AMOUNTS = ("amount",)
DAYS = ("birth_date", "checked_on", "started_on", "ended_on")
WARNINGS = {
    "nik_birth": lazy("Tanggal lahir beda dengan NIK"),
    "nik_sex": lazy("Jenis kelamin beda dengan NIK"),
    "nik_empty": lazy("Tanpa NIK, menjadi tugas ke Disdukcapil"),
    "goods_gap": lazy("Daftar barang tidak lengkap, isian lama dibiarkan"),
    "doubtful": lazy(
        "NIK sama, tetapi dua dari nama, tanggal lahir, dan jenis kelamin berbeda; lihat contoh perubahan"
    ),
    "mistaken": lazy(
        "NIK sama, tetapi nama, tanggal lahir, dan jenis kelamin semua berbeda; tidak ditulis, perlu diputuskan"
    ),
    "older": lazy(
        "Keluarga yang datanya di berkas ini lebih lama daripada yang sudah tercatat; tidak ditimpa, hanya desilnya masuk riwayat"
    ),
    "outside": lazy(
        "Keluarga yang tercatat di luar wilayah Anda; dibiarkan. Minta petugas wilayah itu mencatat kepindahannya"
    ),
    "old_card": lazy(
        "Keluarga yang sebagian barisnya memakai nomor KK lama tanpa ID_KELUARGA; baris itu tidak ditulis. Isi ID-nya, lalu unggah lagi"
    ),
    "edited": lazy(
        "Keluarga yang diubah sesudah pratinjau ini dibuat, oleh orang atau berkas lain; dibiarkan. Unduh barisnya, periksa, lalu "
        "unggah lagi bila perlu"
    ),
    "nik_former": lazy(
        "Keluarga yang punya baris dengan NIK yang sudah dilepas ketika dua data satu orang digabung; baris itu tidak ditulis. "
        "Unduh barisnya, lalu betulkan NIK-nya di sumber"
    ),
    "entry_former": lazy(
        "Keluarga yang punya baris tanpa NIK yang sudah digabung dengan data lain dari orang yang sama; baris itu tidak ditulis. "
        "Unduh barisnya, lalu minta sumbernya mengisi NIK atau mencoret baris ganda"
    ),
    "nik_differs": lazy(
        "Keluarga yang punya orang dengan NIK lain di sini, padahal nama dan tanggal lahirnya sama; barisnya tidak ditulis. "
        "Cocokkan dengan KTP, lalu betulkan NIK yang keliru"
    ),
    "departed": lazy(
        "Keluarga yang punya baris tentang orang yang di sini tercatat meninggal atau sudah keluar, dengan NIK lain atau tanpa NIK; "
        "barisnya tidak ditulis, perlu diputuskan"
    ),
    "kk_taken": lazy(
        "Nomor KK di berkas dipakai keluarga lain di sini; nomor itu dibiarkan pada keluarga yang memilikinya"
    ),
    "headless": lazy("Keluarga tanpa kepala keluarga"),
    "replaced": lazy("Keluarga yang nomornya tetap, tetapi semua anggotanya di berkas orang lain; periksa dahulu"),
    "period_odd": lazy("Periode desil bukan seperti 2026-Q3; desilnya dilewati, isi baris lainnya dipakai"),
}


# What the rows of a file came to, by what it is about: their numbers together are all of its rows.
_CAME_TO: dict[str, dict[str, Any]] = {
    "": {"new": lazy("orang baru"), "changed": lazy("orang berubah"), "unchanged": lazy("orang tetap")},
    "people": {"new": lazy("baris baru dicatat"), "changed": lazy("baris berubah"), "unchanged": lazy("baris tetap")},
    "households": {
        "new": lazy("desil baru dicatat"),
        "changed": lazy("desil berubah"),
        "unchanged": lazy("desil tetap"),
    },
}
_BESIDES = {
    "left_out": lazy("baris dibiarkan"),
    "asked_before": lazy("baris ditanyakan berkas sebelumnya"),
    "decided": lazy("baris sudah diputuskan"),
    "agreed": lazy("baris selesai, NIK-nya sudah sama"),
    "undecided": lazy("baris perlu diputuskan"),
    "repeated": lazy("baris berulang"),
}


def tallies(counts: dict[str, Any], undecided: int, decided: int, agreed: int) -> list[dict[str, Any]]:
    """What became of the rows of a file: count, label, and whether it is bad.

    `undecided`, `decided`, `agreed`: about how many a person has yet to decide, has decided, or need not since both numbers are one by
    now. An earlier file may have asked about the rest.
    """
    asked_before = counts.get("conflicts", 0) - undecided - decided - agreed
    counts = counts | {"undecided": undecided, "decided": decided, "agreed": agreed, "asked_before": asked_before}
    about = counts.get("about", "")
    came_to = counts.get(about or "people", {})
    lines = [{"count": came_to.get(what, 0), "label": label} for what, label in _CAME_TO[about].items()]
    lines += [{"count": n, "label": label} for what, label in _BESIDES.items() if (n := counts.get(what, 0))]
    refused = counts.get("refused", 0)
    return [*lines, {"count": refused, "label": _("baris ditolak"), "late": bool(refused)}]


def to_ask(counts: dict[str, Any]) -> int:
    """About how many rows of a preview a person will be asked: an earlier file may have asked about some already."""
    return int(counts.get("conflicts", 0) - counts.get("asked_before", 0))


def to_write(counts: dict[str, Any], answers: int | None = None) -> str:
    """What of a preview is written when it is applied: people and families that are new or change, else rows; empty for nothing.

    `answers`: how many answers of the ministry move anything; a row of theirs that bears another name changes nothing as it stands.
    """
    if answers is not None or counts.get("about"):
        rows = _touched(counts, str(counts.get("about"))) if answers is None else answers
        return _so_many_rows(rows) if rows else ""
    said = [_so_many(kind, n) for kind in KINDS if (n := _touched(counts, kind))]
    return ", ".join([*said, *_late_deciles(counts)])


def to_flag(counts: dict[str, Any]) -> str:
    """How many people a file marks as gone from its families, whoever says that it is complete; empty for nobody."""
    return _so_many("people", n) if (n := counts.get("missing", 0)) else ""


def goes_back(counts: dict[str, Any]) -> tuple[str, str]:
    """What an applied extract made, which is deleted again when it is taken back, and what it changed, which becomes what it was."""
    made, changed = (
        ", ".join(_so_many(kind, counts.get(kind, {}).get(what, 0)) for kind in KINDS) for what in ("new", "changed")
    )
    return ", ".join([made, *_late_deciles(counts)]), changed


def unflagged(counts: dict[str, Any], complete: bool) -> str:
    """Who is no longer marked as gone once an extract is taken back; empty for nobody."""
    families = counts.get("missing_families", 0) if complete else 0
    gone = {"people": counts.get("missing", 0), "households": families}
    return ", ".join(_so_many(kind, n) for kind, n in gone.items() if n)


def rows_back(counts: dict[str, Any]) -> str:
    """Of how many rows of a list what they wrote was taken back; of the ministry's answers as many results as were."""
    return _so_many_rows(counts.get("undone", {}).get("results", _touched(counts, str(counts.get("about")))))


def _touched(counts: dict[str, Any], kind: str) -> int:
    return sum(counts.get(kind, {}).get(what, 0) for what in ("new", "changed"))


def _late_deciles(counts: dict[str, Any]) -> list[str]:
    n = counts.get("late_deciles", 0)
    said = ngettext("%(n)s desil periode lama", "%(n)s desil periode lama", n)
    return [said % {"n": number_format(n, force_grouping=True)}] if n else []


def _so_many_rows(count: int) -> str:
    return ngettext("%(n)s baris", "%(n)s baris", count) % {"n": number_format(count, force_grouping=True)}


def changed_fields(counts: dict[str, dict[str, int]]) -> list[dict[str, Any]]:
    return [
        {"label": FIELDS.get(name, name), "said": _so_many(kind, count)}
        for kind in KINDS
        for name, count in counts.get(kind, {}).items()
    ]


def _so_many(kind: str, count: int) -> str:
    people = ngettext("%(n)s orang", "%(n)s orang", count)
    families = ngettext("%(n)s keluarga", "%(n)s keluarga", count)
    return (people if kind == "people" else families) % {"n": number_format(count, force_grouping=True)}


def changes_nothing(counts: dict[str, Any]) -> bool:
    """Whether a preview found nothing to write, to decide or to mark."""
    return _writes_nothing(counts) and not counts.get("missing_families")


def only_flags(counts: dict[str, Any]) -> bool:
    """Whether all that a preview could do is to mark families as gone, and that only when a person says that the file is complete."""
    return _writes_nothing(counts) and bool(counts.get("missing_families"))


def _writes_nothing(counts: dict[str, Any]) -> bool:
    found = [counts.get(kind, {}).get(what, 0) for kind in KINDS for what in ("new", "changed")]
    others = [counts.get(name) for name in ("missing", "late_deciles")]
    return "people" in counts and not any([*found, *others, to_ask(counts)])


def example(line: dict[str, Any]) -> dict[str, Any]:
    """A changed person with labels for codes."""
    fields = [
        {
            "label": FIELDS.get(f["field"], f["field"]),
            "here": _value(f["field"], f["here"]),
            "file": _value(f["field"], f["file"]),
        }
        for f in line["fields"]
    ]
    return {**line, "fields": fields}


def sampled(line: dict[str, Any]) -> dict[str, Any]:
    """A row of the sample with what it is about: the place in the family, or what a list says."""
    if "relation" in line:
        return {**line, "about": Relation(line["relation"]).label}
    says = [f"{FIELDS.get(f['field'], f['field'])}: {_value(f['field'], f['file'])}" for f in line["says"]]
    return {**line, "about": " · ".join(says)}


def _value(field: str, code: str) -> str:
    choices: dict[str, type[TextChoices]] = {
        **{"relation": Relation, "sex": Sex, "marital": MaritalStatus},
        **{"nik_match": NikMatch, "answer": RegistrationState},
    }
    if field in AMOUNTS and code:
        return number_format(int(code), force_grouping=True)
    if field in DAYS and code:
        return date_format(date.fromisoformat(code), "j M Y")
    return str(choices[field](code).label) if field in choices and code else code


def said(person: dict[str, str]) -> dict[str, Any]:
    """What a file says of somebody with another's NIK: name, born, sex in words; empty when it says nothing of that."""
    if "name" not in person:
        return {}
    return {"name": person["name"], "born": date.fromisoformat(person["birth_date"]), "sex": Sex(person["sex"]).label}


def warning(code: str) -> str:
    if code in WARNINGS:
        return str(WARNINGS[code])
    return _("Kode tidak dikenal di kolom %(column)s, isian lama dibiarkan") % {
        "column": code.removeprefix("code_").upper()
    }
