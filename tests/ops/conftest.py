"""The services as docker-compose.yml describes them."""

import pytest
import yaml

from slrt.local.places import BASE_DIR

FILE = BASE_DIR / "docker-compose.yml"


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(FILE.read_text())
