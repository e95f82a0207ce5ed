"""A manager of a whole regency, who may import its extracts."""

import pytest

from slrt.local.places import BASE_DIR
from slrt.regions.loading import load
from slrt.regions.models import Region


@pytest.fixture
def regency(places, tmp_path):
    """All villages of Pesisir Selatan, below their subdistricts."""
    lines = (BASE_DIR / "tests" / "data" / "villages_1301.csv").read_text().splitlines()[1:]
    parents = sorted({line.split(",")[1] for line in lines})
    table = tmp_path / "regions.csv"
    above = ["13,,Sumatera Barat", "13.01,13,Pesisir Selatan", *(f"{code},13.01,Kecamatan {code}" for code in parents)]
    table.write_text("\n".join(["code,parent,name", *above, *lines]) + "\n")
    load(table)
    return Region.objects.get(pk="13.01")


@pytest.fixture
def manager(regency, lestari):
    return lestari
