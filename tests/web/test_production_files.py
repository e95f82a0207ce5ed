"""What production starts, checked without a container engine."""

import re

import yaml

from slrt.local.places import BASE_DIR

COMPOSE = yaml.safe_load((BASE_DIR / "docker-compose.yml").read_text())


def test_compose_names_every_part_with_health_and_restart():
    services = COMPOSE["services"]
    assert set(services) == {"db", "redis", "migrate", "web", "worker", "beat"}
    for name in ("db", "redis", "web", "worker"):
        assert services[name]["healthcheck"]["test"], name
    assert set(COMPOSE["volumes"]) == {"postgres", "redis", "data"}


def test_no_secret_stands_in_a_file():
    for name in ("docker-compose.yml", ".env.example"):
        text = (BASE_DIR / name).read_text()
        for line in text.splitlines():
            if re.match(r"\s*(POSTGRES_PASSWORD|SLRT_SECRET_KEY|SLRT_FIELD_KEYS|SLRT_INDEX_KEY)\s*[:=]", line):
                value = re.split(r"[:=]", line, maxsplit=1)[1].strip()
                assert value == "" or value.startswith("${"), line


def test_the_image_installs_what_is_pinned_with_hashes():
    text = (BASE_DIR / "Dockerfile").read_text()
    assert "--require-hashes" in text
    pinned = re.findall(r"^[a-z0-9_.\[\]-]+==", (BASE_DIR / "requirements.txt").read_text(), re.M | re.I)
    assert len(pinned) > 20
    assert not [name for name in pinned if name.lower().startswith("psycopg==")], "psycopg 3 would be preferred"
