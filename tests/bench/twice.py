"""Invented people, some of them entered twice: the labelled set of the duplicate search, with the traps a registry holds.

Names are drawn as unevenly as in life (a few thousand combinations carry half of the people); three in twenty bear one word.
One in fifty stands there twice, in one or two of the ways below. Beside them: twins, fathers and sons of one name, and birth
dates heaped on 1 January, 1 July and 31 December. Names, dates and villages are drawn anew for each person at every size (the
copies of the sample in `population.py` would make thousands of namesakes born on one day, which no registry has); the number
of name words is fixed, so namesakes grow with the registry somewhat faster than in life.
"""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple


def _split(text: str) -> list[str]:
    return text.split()


FIRST = _split(
    "Siti Muhammad Sri Nur Ahmad Dewi Abdul Eko Rina Yusuf Sutrisno Sumiati Agus Rosna Budi Yuliana Hendra Mariam Jufri Ratna "
    "Zulkifli Fatimah Syafrizal Aminah Bambang Wati Slamet Ani Joko Lestari Rahmat Kartini Edi Suryani Hasan Nurma Ibrahim "
    "Yanti Usman Murni Iskandar Tuti Ridwan Neneng Asep Euis Dadang Cucu Ujang Iis Wayan Made Nyoman Ketut Putu Komang "
    "Andi Daeng Baso Besse La Wa Yohanes Maria Petrus Kristina Markus Yuliana Lukas Elisabet Paulus Marta Rosmawati Mardiana "
    "Jumadi Sumarni Parman Tukiyem Wagiman Painem Suparno Lasmi Karno Mujiyem Ngatno Ponirah Darmawan Elvina Gusti Herlina"
)
SECOND = _split(
    "Aminah Rizki Hayati Rahman Wahyuni Santoso Fitriani Hidayat Rahayu Setiawan Lestari Kurniawan Marlina Saputra Handayani "
    "Pratama Susanti Wijaya Puspita Nugroho Utami Gunawan Anggraini Firmansyah Permata Suryadi Maharani Hakim Sari Ramadhan "
    "Oktaviani Syahputra Yulianti Mulyadi Astuti Harahap Safitri Siregar Novita Lubis Melati Nasution Kusuma Tanjung Indah "
    "Chaniago Amelia Piliang Zahra Koto Khairani Sikumbang Aisyah Jambak Khadijah Simanjuntak Halimah Situmorang Zainab "
    "Sinaga Rohani Ginting Jamilah Tarigan Salmah Purba Rukmini Saragih Kartika Hutapea Yunus Effendi Basri Ilyas Malik "
    "Sulaiman Daud Musa Harun Ismail Yakub Idris Ishak Zakaria Yahya Anwar Fauzi Kamal Jamal Nasir Amir Bakri Syukur Tahir"
)
THIRD = _split(
    "Putri Putra Tanjung Harahap Lubis Nasution Siregar Batubara Daulay Pane Ritonga Hasibuan Dalimunthe Rangkuti Pulungan "
    "Matondang Siagian Manurung Sitorus Napitupulu Panjaitan Hutagalung Silalahi Sihombing Pasaribu Tampubolon Gultom Limbong "
    "Sembiring Barus Karo Surbakti Perangin Sitepu Ketaren Bangun Depari Milala Pelawi Kacaribu Wulandari Ningsih Kusumawati "
    "Prasetyo Wibowo Hartono Subagyo Purnomo Widodo Raharjo Suharto Sudirman Supriyadi Mulyono Haryanto Sutanto Budiman Salim"
)
OLD_SPELLINGS = (("u", "oe"), ("y", "j"), ("j", "dj"), ("c", "tj"), ("sy", "sj"), ("f", "p"), ("z", "s"), ("i", "ie"))
SHORT = {
    "Muhammad": ("Muh.", "M.", "Moch.", "Mohd", "Mohammad"),
    "Abdul": ("Abd.",),
    "Siti": ("St.", "Sitti"),
    "Nur": ("Noer",),
}
WAYS = ("typo", "spelling", "order", "title", "daymonth", "digit", "month", "half")
PEOPLE_PER_VILLAGE = 2500
TODAY = date(2026, 11, 1)
SHARE = 50  # one in so many stands there twice


class Made(NamedTuple):
    """One entry as it is copied; `twin_of` the entry that is the same person, or 0."""

    name: str
    mother: str
    born: date
    sex: str
    nik: str
    family: int
    twin_of: int
    ways: tuple[str, ...]


def people(count: int, seed: int = 7) -> Iterator[Made]:
    """Yield entries numbered from one in their order; every person who stands there twice comes right after the first entry."""
    dice = random.Random(seed)
    made = family = 0
    families = max(1, count // 4)
    while made < count:
        family += 1
        surname, mother = _pick(dice, THIRD), _name(dice, "2")
        father = ""
        for place in range(dice.randint(2, 6)):
            sex = "12"[place % 2] if place < 2 else dice.choice("12")
            born = _born(dice, 25, 75) if place < 2 else _born(dice, 0, 25)
            name = _name(dice, sex, surname if place != 1 and dice.random() < 0.3 else "")
            if place == 0:
                father = name
            if place == 3 and dice.random() < 0.01:
                name = father
            of = mother if place >= 2 else _name(dice, "2")
            entry = Made(
                name, of if dice.random() < 0.6 else "", born, sex, _nik(dice, born, sex, family), family, 0, ()
            )
            if dice.random() < 0.03:
                entry = entry._replace(nik="")
            yield entry
            made += 1
            own = made
            if dice.random() < 1 / SHARE:
                yield _again(dice, entry, own, families)
                made += 1
            if place == 4 and dice.random() < 0.05:
                # A twin: the next number of the day, a name that rhymes.
                other = _name(dice, sex, surname) if dice.random() < 0.5 else _typo(dice, name)
                following = f"{entry.nik[:12]}{int(entry.nik[12:] or 0) + 1:04d}" if entry.nik else ""
                yield entry._replace(name=other, nik=following)
                made += 1


def _pick(dice: random.Random, words: list[str]) -> str:
    """The front of a list is drawn far more often than its end."""
    return words[int(len(words) * dice.random() ** 1.7)]


def _name(dice: random.Random, sex: str, surname: str = "") -> str:
    kind = dice.random()
    if kind < 0.15:
        return (
            _pick(dice, FIRST[4:])
            if dice.random() < 0.3
            else _pick(dice, FIRST[4:]) + dice.choice(("", "ti", "no", "wan", "ni", "man"))
        )
    parts = [_pick(dice, FIRST), _pick(dice, SECOND)]
    if kind > 0.6:
        parts.append(surname or _pick(dice, THIRD))
    return " ".join(parts)


def _born(dice: random.Random, youngest: int, oldest: int) -> date:
    day = TODAY - timedelta(days=dice.randint(youngest * 365, oldest * 365))
    if dice.random() < 0.06:
        return (
            day.replace(month=1, day=1)
            if dice.random() < 0.4
            else day.replace(month=12, day=31)
            if dice.random() < 0.7
            else day.replace(month=7, day=1)
        )
    return min(day, TODAY)


def _nik(dice: random.Random, born: date, sex: str, family: int) -> str:
    day = born.day + (40 if sex == "2" else 0)
    return f"{1101 + family % 90}{family // 90 % 90 + 1:02d}{day:02d}{born:%m%y}{dice.randint(1, 9998):04d}"


def _again(dice: random.Random, entry: Made, own: int, families: int) -> Made:
    ways = tuple(dice.sample(WAYS, 1 if dice.random() < 0.6 else 2))
    name, born = entry.name, entry.born
    for way in ways:
        if way == "typo":
            name = _typo(dice, name)
        elif way == "spelling":
            name = _old(dice, name)
        elif way == "order":
            name = " ".join(dice.sample(name.split(), len(name.split())))
        elif way == "title":
            name = f"{dice.choice(('Hj.', 'H.', 'Ir.', 'Drs.'))} {name}" if dice.random() < 0.5 else f"{name}, S.Pd."
        elif way == "half" and len(name.split()) > 1:
            name = " ".join(name.split()[:-1])
        elif way == "daymonth" and born.day <= 12:
            born = born.replace(month=born.day, day=born.month)
        elif way == "digit":
            born = born.replace(day=min(28, max(1, born.day + dice.choice((-1, 1, 10, -10)))))
        elif way == "month":
            born = born.replace(month=dice.randint(1, 12), day=min(born.day, 28))
    where = dice.random()
    near = PEOPLE_PER_VILLAGE // 4
    family = (
        entry.family
        if where < 0.2
        else dice.randint(1, families)
        if where > 0.85
        else entry.family // near * near + dice.randint(1, near - 1)
    )
    nik = ""
    if entry.nik and dice.random() < 0.5:
        at = dice.randint(6, 15)
        nik = entry.nik[:at] + str((int(entry.nik[at]) + dice.randint(1, 9)) % 10) + entry.nik[at + 1 :]
    mother = (
        entry.mother
        if dice.random() < 0.6
        else _typo(dice, entry.mother)
        if entry.mother and dice.random() < 0.5
        else ""
    )
    return Made(
        name,
        mother,
        born,
        entry.sex if dice.random() < 0.98 else "12"[entry.sex == "1"],
        nik,
        min(family, families),
        own,
        ways,
    )


def _typo(dice: random.Random, name: str) -> str:
    if len(name) < 4:
        return name + "a"
    at, letter = dice.randint(1, len(name) - 2), dice.choice("aiueonrst")
    kind = dice.randint(0, 3)
    if kind == 0:
        return name[:at] + letter + name[at + 1 :]
    if kind == 1:
        return name[:at] + name[at + 1 :]
    return name[:at] + letter + name[at:] if kind == 2 else name[:at] + name[at + 1] + name[at] + name[at + 2 :]


def _old(dice: random.Random, name: str) -> str:
    for whole, short in SHORT.items():
        if whole in name:
            return name.replace(whole, dice.choice(short), 1)
    able = [(new, old) for new, old in OLD_SPELLINGS if new in name.lower()]
    if not able:
        return name
    new, old = dice.choice(able)
    at = name.lower().index(new)
    written = name[:at] + old + name[at + len(new) :]
    return written[:1].upper() + written[1:]


def fill(count: int) -> tuple[set[tuple[int, int]], dict[tuple[int, int], tuple[str, ...]]]:
    """Fill an empty registry and return the true pairs (older entry first) and the ways in which each was spoilt."""
    from django.db import connection

    from households.names import fold
    from slrt.core import crypto
    from slrt.regions.models import Region

    families = max(1, count // 4)
    villages = families * 4 // PEOPLE_PER_VILLAGE + 1
    Region.objects.get_or_create(code="11", defaults={"name": "Provinsi", "level": 1})
    Region.objects.get_or_create(code="11.01", defaults={"name": "Kabupaten", "level": 2, "parent_id": "11"})
    Region.objects.bulk_create(
        (
            Region(code=f"11.01.{n // 90 + 1:02d}", name=f"Kecamatan {n // 90}", level=3, parent_id="11.01")
            for n in range(0, villages, 90)
        ),
        ignore_conflicts=True,
    )
    codes = [f"11.01.{n // 90 + 1:02d}.{2001 + n % 90}" for n in range(villages)]
    Region.objects.bulk_create(
        (Region(code=code, name=f"Desa {code}", level=4, parent_id=code[:8]) for code in codes), ignore_conflicts=True
    )
    truth: dict[tuple[int, int], tuple[str, ...]] = {}
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE made_village (n int, code text)")
        cursor.copy_expert(
            "COPY made_village FROM STDIN", io.StringIO("\n".join(f"{n}\t{code}" for n, code in enumerate(codes)))
        )
        cursor.execute(
            "INSERT INTO households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw) "
            "SELECT f, 1, now(), now(), v.code, '', '', '', '' FROM generate_series(1, %s) f "
            "JOIN made_village v ON v.n = f * 4 / %s; "
            "INSERT INTO households_family (id, version, created_at, updated_at, household_id, decile_period) "
            "SELECT f, 1, now(), now(), f, '' FROM generate_series(1, %s) f",
            [families, PEOPLE_PER_VILLAGE, families],
        )
        part: list[tuple[int, Made]] = []
        seen: set[bytes] = set()
        for number, entry in enumerate(people(count), 1):
            if number > count:
                break
            part.append((number, entry))
            if entry.twin_of:
                truth[entry.twin_of, number] = entry.ways
            if len(part) == 50_000:
                _copy(cursor, part, families, seen, fold, crypto)
                part = []
        _copy(cursor, part, families, seen, fold, crypto)
        cursor.execute("DROP TABLE made_village; ANALYZE")
    return set(truth), truth


def _copy(cursor: Any, part: list[tuple[int, Made]], families: int, seen: set[bytes], fold: Any, crypto: Any) -> None:
    encrypted, indexes = crypto.protect([entry.nik for _number, entry in part])
    mothers = zip(*crypto.protect([entry.mother for _number, entry in part]), strict=True)
    persons, members = [], []
    for (number, entry), secret, index, mother in zip(part, encrypted, indexes, mothers, strict=True):
        short = hash(index)
        has = index is not None and short not in seen
        seen.add(short)
        nik = f"\\\\x{secret.hex()}\t\\\\x{index.hex()}\t" if has else "\\N\t\\N\tother"
        kept = "\t".join(rf"\\x{value.hex()}" if value else r"\N" for value in mother)
        persons.append(
            f"{number}\t1\tnow\tnow\t{nik}\tunchecked\t{entry.name}\t{fold(entry.name)}\t{entry.born}\t\t{entry.sex}\t\t\t{kept}"
        )
        members.append(f"{number}\t{min(entry.family, families)}\t8\t\t")
    columns = (
        "id, version, created_at, updated_at, nik_encrypted, nik_index, no_nik_reason, nik_match, name, name_folded, "
        "birth_date, birth_place, sex, marital, occupation, mother_name, mother_index"
    )
    cursor.copy_expert(f"COPY households_person ({columns}) FROM STDIN", io.StringIO("\n".join(persons)))
    cursor.copy_expert(
        "COPY households_membership (person_id, family_id, relation, household_relation, end_reason) FROM STDIN",
        io.StringIO("\n".join(members)),
    )
