"""Invented families. Numbers begin with 130199, a district that does not exist; nobody's name is meant."""

import csv
import io
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from households.importing.columns import ALL

MALE = (
    *("Afrizal", "Amril", "Arman", "Basri", "Darwis", "Edison", "Fadli", "Hamdan", "Ilham", "Irwan", "Jasman", "Kamal"),
    *("Mawardi", "Nasrul", "Oktavian", "Rahmat", "Rizal", "Syamsul", "Taufik", "Yusrizal", "Zainal", "Zulfikar"),
)
FEMALE = (
    *("Asni", "Dahlia", "Desmawati", "Elfina", "Erni", "Fatimah", "Gusnita", "Hayati", "Irmawati", "Jusmaniar"),
    *(
        "Kartini",
        "Lusiana",
        "Mariani",
        "Nurbaiti",
        "Rahmah",
        "Rosnani",
        "Syafrida",
        "Upik",
        "Wirda",
        "Yulidar",
        "Zuraida",
    ),
)
CLANS = (
    *("Caniago", "Guci", "Jambak", "Koto", "Malayu", "Panai", "Piliang", "Sikumbang", "Tanjung", "Kampai"),
    *("Bendang", "Mandailing"),
)
HAMLETS = ("Pasar Gadang", "Bukit Pauh", "Sungai Sariak", "Koto Panjang", "Padang Mahang", "Lubuak Aur")
JOBS = ("Nelayan", "Petani", "Buruh harian", "Pedagang kecil", "Tukang", "Mengurus rumah tangga")


@dataclass
class Member:
    """One invented person; codes of BDT 2015."""

    name: str
    sex: str
    born: date
    relation: str
    marital: str
    nik: str
    flags: dict[str, str] = field(default_factory=dict)


@dataclass
class InventedFamily:
    """One invented family with the answers a visit would bring."""

    village: str
    kk: str
    address: str
    rt: str
    hamlet: str
    decile: int
    members: list[Member]
    house: dict[str, Any]


class Inventor:
    """Makes families from a seed: the same seed makes the same families."""

    def __init__(self, seed: int, today: date) -> None:
        self.random, self.today, self.serial = Random(seed), today, 7000  # noqa: S311  # nosec B311  nothing secret comes of it

    def family(self, village: str) -> InventedFamily:
        """Return the next family, poorer ones more often."""
        pick = self.random
        decile = pick.choices(range(1, 11), weights=(22, 20, 16, 12, 9, 7, 5, 4, 3, 2))[0]
        members = self._members(pick.choice(CLANS))
        head = members[0]
        kk = f"130199{head.born:%d%m}{pick.randint(8, 25):02d}{self._next():04d}"
        return InventedFamily(
            village,
            kk,
            f"Jl. {pick.choice(HAMLETS)} No. {pick.randint(1, 140)}",
            f"{pick.randint(1, 6):03d}",
            f"Jorong {pick.choice(HAMLETS)}",
            decile,
            members,
            self._house(decile),
        )

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _born(self, low: int, high: int) -> date:
        return self.today - timedelta(days=self.random.randint(low * 365 + 30, high * 365 + 200))

    def _member(self, clan: str, sex: str, ages: tuple[int, int], relation: str, marital: str) -> Member:
        born = self._born(*ages)
        day = born.day + (40 if sex == "2" else 0)
        name = f"{self.random.choice(MALE if sex == '1' else FEMALE)} {clan}"
        nik = f"130199{day:02d}{born:%m%y}{self._next():04d}"
        return Member(name, sex, born, relation, marital, nik)

    def _members(self, clan: str) -> list[Member]:
        pick = self.random
        kind = pick.choices(("couple", "widow", "old"), weights=(70, 18, 12))[0]
        if kind == "old":
            return [self._member(clan, pick.choice("12"), (62, 84), "1", "4")]
        if kind == "widow":
            members = [self._member(clan, "2", (28, 58), "1", pick.choice("34"))]
        else:
            members = [self._member(clan, "1", (25, 60), "1", "2"), self._member(clan, "2", (23, 55), "2", "2")]
        youngest_parent = min((self.today - member.born).days // 365 for member in members)
        for _n in range(pick.choices((0, 1, 2, 3, 4), weights=(8, 22, 34, 24, 12))[0]):
            oldest = max(1, min(22, youngest_parent - 19))
            members.append(self._member(clan, pick.choice("12"), (0, oldest), "3", "1"))
        if pick.random() < 0.15:
            members.append(self._member(clan, "2", (max(60, youngest_parent + 18), 88), "6", "4"))
        for member in members:
            member.flags = self._flags(member)
        return members

    def _flags(self, member: Member) -> dict[str, str]:
        pick, years = self.random, (self.today - member.born).days // 365
        flags: dict[str, str] = {}
        if member.sex == "2" and 19 <= years <= 40 and member.relation in "12" and pick.random() < 0.12:
            flags["hamil"] = "1"
        if pick.random() < 0.05:
            flags["disabilitas"] = pick.choice(["01", "02", "04", "08"])
        if years >= 40 and pick.random() < 0.2:
            flags["penyakit"] = pick.choice("123")
        if 6 <= years <= 18 and pick.random() < 0.9:
            flags["sekolah"], flags["jenjang"] = "1", "01" if years < 13 else "04" if years < 16 else "07"
        if years >= 19 and pick.random() < 0.65:
            flags["bekerja"] = "1"
        return flags

    def _house(self, decile: int) -> dict[str, Any]:
        pick, poor = self.random, decile <= 4
        wall = pick.choice(("4", "2", "1")) if poor else "1"
        roof = pick.choice(("6", "8")) if poor else "6"
        light = pick.choices(("1", "2", "3"), weights=(80, 12, 8))[0] if poor else "1"
        toilet = pick.choices(("1", "2", "4"), weights=(5, 3, 2))[0] if poor else "1"
        house: dict[str, Any] = {
            **{"status_bangunan": pick.choice("134"), "status_lahan": "1", "luas_lantai": str(pick.randint(18, 80))},
            **{"lantai": pick.choice("567") if poor else pick.choice("25"), "dinding": wall, "atap": roof},
            **{"jumlah_kamar": str(pick.randint(1, 3)), "sumber_air": pick.choice(("3", "4", "6"))},
            **{"penerangan": light, "bb_masak": pick.choice(("3", "8")), "fasbab": toilet, "buang_tinja": "1"},
            **{"aset": pick.sample(["gas", "telepon", "tv", "sepeda", "motor"], k=1 if poor else 3)},
            **{
                "lahan": "2",
                "rumah_lain": "2",
                "program": [],
                "kebutuhan": pick.sample(["SEMBAKO", "KIS", "KIP"], k=1),
            },
            **{"kepala_tidak_bekerja": pick.choice("12"), "takut_lapar": "1" if decile <= 2 else "2"},
            **{"belanja_makan": "1" if poor else "2", "tidak_beli_baju": pick.choice("12")},
        }
        if wall in "123":
            house["kondisi_dinding"] = "2" if poor else "1"
        if roof in "1234567":
            house["kondisi_atap"] = "2" if poor else "1"
        if light == "1":
            house["daya"] = "1" if poor else "3"
        if toilet != "4":
            house["kloset"] = "1"
        return house


def visit_answers(family: InventedFamily) -> dict[str, Any]:
    """Return a family as the answers of a visit."""
    household = {"hamlet": family.hamlet, "address": family.address, "rt": family.rt, "rw": "001", "kk": family.kk}
    household |= {"consent": "1", "jumlah_art": str(len(family.members))}
    household.update(family.house)
    members = {}
    for n, member in enumerate(family.members, start=1):
        flags = member.flags
        members[f"m{n}"] = {
            **{
                "nik": member.nik,
                "no_nik_reason": "" if member.nik else "lost",
                "name": member.name,
                "birth_date": member.born.isoformat(),
            },
            **{"sex": member.sex, "relation": member.relation, "marital": member.marital},
            **{"hamil": flags.get("hamil", "2"), "bekerja": flags.get("bekerja", "2")},
            "ada_disabilitas": "1" if "disabilitas" in flags else "2",
            "ada_penyakit": "1" if "penyakit" in flags else "2",
            "masih_sekolah": "1" if "jenjang" in flags else "2",
            **{key: flags[key] for key in ("disabilitas", "penyakit", "jenjang") if key in flags},
            **({"lapangan_kerja": "04", "status_kerja": "1"} if flags.get("bekerja") == "1" else {}),
        }
    return {"household": household, "members": members}


def as_extract(families: list[InventedFamily], period: str) -> bytes:
    """Return families as a CSV like the ministry's extract."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=ALL, restval="")
    writer.writeheader()
    for family in families:
        for member in family.members:
            writer.writerow(_row(family, member, f"DEMO{family.kk[-4:]:0>8}", period))
    return out.getvalue().encode()


def _row(family: InventedFamily, member: Member, official_id: str, period: str) -> dict[str, Any]:
    house = {name.upper(): family.house.get(name, "") for name in ("lantai", "dinding", "atap", "penerangan", "daya")}
    flags = member.flags
    return {
        **house,
        **{"ID_KELUARGA": official_id, "NO_KK": family.kk, "NIK": member.nik, "NAMA": member.name},
        **{"TGL_LAHIR": f"{member.born:%d/%m/%Y}", "JENIS_KELAMIN": member.sex, "HUB_KELUARGA": member.relation},
        **{"STATUS_KAWIN": member.marital, "ALAMAT": family.address, "RT": family.rt, "RW": "001"},
        **{"KODE_DESA": family.village.replace(".", ""), "DESIL": family.decile, "PERIODE_DESIL": period},
        **{"FASBAB": family.house["fasbab"], "BB_MASAK": family.house["bb_masak"]},
        "LUAS_LANTAI": family.house["luas_lantai"],
        **{"PKH": "TIDAK", "SEMBAKO": "YA" if family.decile == 1 else "TIDAK", "PBI_JK": "TIDAK", "PIP": "TIDAK"},
        "HAMIL": "YA" if flags.get("hamil") else "TIDAK",
        "DISABILITAS": flags.get("disabilitas", "00"),
        **{"SEKOLAH": "1" if "jenjang" in flags else "2", "JENJANG": flags.get("jenjang", "")},
    }
