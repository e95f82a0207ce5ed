"""What docker-compose.yml promises of itself: it obeys its specification and gives nothing away."""

import re
import subprocess
import sys

import pytest

from slrt.local.places import BASE_DIR
from tests.ops.conftest import FILE

pytestmark = pytest.mark.ops


def test_the_file_obeys_the_compose_specification():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout


def test_whoever_is_waited_for_can_say_that_it_is_ready(compose):
    for name, service in compose["services"].items():
        for other, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in compose["services"][other], f"{name} waits for {other}"
            else:
                assert (other, wait["condition"]) == ("migrate", "service_completed_successfully")


def test_no_secret_stands_in_the_file_and_every_variable_is_explained(compose):
    text, example = FILE.read_text(), (BASE_DIR / ".env.example").read_text()
    asked = re.findall(r"\$\{(\w+)([^}]*)\}", text)
    assert asked
    for name, demand in asked:
        assert demand.startswith(":?"), f"{name} has a default"
        assert f"{name}=" in example
    for service in compose["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|KEY|SECRET", name):
                assert value.startswith("${"), name


def test_only_this_machine_reaches_the_ports(compose):
    ports = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_volume_is_declared_and_every_image_has_a_version(compose):
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in compose["volumes"]
        assert re.search(r":[\w.-]+$", service["image"])
