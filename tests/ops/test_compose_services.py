"""What docker-compose.yml promises, kept without Docker: its very commands start services that work and stop.

Only addresses, the port and the data folder are replaced; settings are those of production.
"""

import base64
import http.client
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time

import psycopg2
import pytest
from django.db import connection

from slrt.local.places import BASE_DIR

pytestmark = pytest.mark.ops
REDIS_DATABASE = 13
PROMISE = """
import django
django.setup()
from django.db import transaction
from slrt.core import outbox
with transaction.atomic():
    print(outbox.promise("jobs.perform", run_id=0).pk)
"""


# A promise whose bell was never rung, as after a broker's outage.
SILENT_PROMISE = """
import django
django.setup()
from slrt.core import clock
from slrt.core.models import OutboxJob
print(OutboxJob.objects.create(name="jobs.perform", args={"run_id": 0}, run_after=clock.now()).pk)
"""


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _listens(port):
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture(scope="module")
def redis_url():
    """The machine's Redis, or one of our own; without either these stories cannot be told here."""
    if os.environ.get("REDIS_URL"):
        yield f"{os.environ['REDIS_URL'].rsplit('/', 1)[0]}/{REDIS_DATABASE}"
        return
    if _listens(6379):
        yield f"redis://127.0.0.1:6379/{REDIS_DATABASE}"
        return
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip(
            "No redis-server is installed: that the commands of docker-compose.yml start and work stays unproved here."
        )
    port = _free_port()
    started = subprocess.Popen([program, "--port", str(port), "--save", ""], stdout=subprocess.DEVNULL)
    _wait(lambda: _listens(port), 10, "Redis")
    yield f"redis://127.0.0.1:{port}/{REDIS_DATABASE}"
    started.terminate()
    started.wait(10)


def _wait(done, seconds, what):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if done():
            return
        time.sleep(0.2)
    pytest.fail(f"{what}: nothing within {seconds} s")


@pytest.fixture(scope="module")
def database_url(django_db_setup, django_db_blocker):
    """An empty database of its own on the server the tests use."""
    with django_db_blocker.unblock():
        connection.ensure_connection()
        held = connection.settings_dict
        place = {key: held[key.upper()] for key in ("user", "password", "host") if held[key.upper()]}
        place["port"] = held["PORT"] or 5432
    name = f"slrt_ops_{os.getpid()}"
    server = psycopg2.connect(dbname="postgres", **place)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        cursor.execute(f"CREATE DATABASE {name}")
    who = f"{place.get('user', '')}:{place.get('password', '')}"
    yield f"postgresql://{who}@{place.get('host', '').replace('/', '%2F')}:{place['port']}/{name}"
    with server.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
    server.close()


class Stack:
    """The services of the file, started by their own commands."""

    def __init__(self, services, folder, environment):
        self.services, self.folder, self.environment = services, folder, environment
        self.port, self.running = _free_port(), {}

    def adapted(self, command):
        replaced = [
            part.replace("0.0.0.0:8000", f"127.0.0.1:{self.port}")
            .replace("127.0.0.1:8000", f"127.0.0.1:{self.port}")
            .replace("/data/", f"{self.folder}/")
            .replace("python manage.py", f"{sys.executable} manage.py")
            for part in command
        ]
        return [sys.executable if part == "python" else part for part in replaced]

    def once(self, command, **environment):
        return subprocess.run(
            self.adapted(command),
            cwd=BASE_DIR,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=180,
        )

    def start(self, name):
        log = (self.folder / f"{name}.log").open("wb")
        self.running[name] = subprocess.Popen(
            self.adapted(self.services[name]["command"]),
            cwd=BASE_DIR,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def said(self, name):
        return (self.folder / f"{name}.log").read_text()

    def ask(self, path, **headers):
        caller = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            caller.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
            answer = caller.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        except OSError:
            return 0, {}, ""
        finally:
            caller.close()

    def job_state(self, number):
        with psycopg2.connect(self.environment["DATABASE_URL"]) as asking, asking.cursor() as cursor:
            cursor.execute("SELECT state FROM core_outboxjob WHERE id = %s", [number])
            return cursor.fetchone()[0]


@pytest.fixture(scope="module")
def stack(compose, database_url, redis_url, tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    key = base64.b64encode(os.urandom(32)).decode()
    made = Stack(
        compose["services"],
        folder,
        {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "DJANGO_SETTINGS_MODULE": "slrt.settings.production",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SLRT_VAR": str(folder),
            "SLRT_STATIC_ROOT": str(folder / "static"),
            "SLRT_SECRET_KEY": secrets.token_urlsafe(50),
            "SLRT_FIELD_KEYS": f"k1:{key}",
            "SLRT_INDEX_KEY": base64.b64encode(os.urandom(32)).decode(),
            "SLRT_HOSTS": "127.0.0.1",
        },
    )
    collect = re.search(r"(python manage.py collectstatic.*)", (BASE_DIR / "Dockerfile").read_text())
    for command in (["sh", "-c", collect.group(1)], compose["services"]["migrate"]["command"]):
        done = made.once(command)
        assert done.returncode == 0, done.stderr[-2000:]
    for name in ("web", "worker", "beat"):
        made.start(name)
    _wait(lambda: made.ask("/healthz")[0] == 200, 60, "web")
    yield made
    for process in made.running.values():
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def test_web_is_alive_and_ready_and_tells_no_secret(stack):
    status, _headers, body = stack.ask("/readyz")
    assert (status, json.loads(body)) == (200, {"status": "ok", "database": "ok", "broker": "ok"})
    assert stack.environment["SLRT_SECRET_KEY"] not in body


def test_the_sign_in_page_comes_over_https_only_and_without_foreign_script(stack):
    status, headers, body = stack.ask("/masuk/", X_Forwarded_Proto="https")
    assert status == 200
    assert "id_username" in body
    assert "max-age=31536000" in headers["Strict-Transport-Security"]
    policy = headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy or "default-src 'self'" in policy
    status, headers, _body = stack.ask("/masuk/")
    assert (status, headers["Location"]) == (301, f"https://127.0.0.1:{stack.port}/masuk/")


def test_the_pages_find_their_collected_files(stack):
    _status, _headers, body = stack.ask("/masuk/", X_Forwarded_Proto="https")
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', body)
    assert sheets
    for path in sheets:
        assert re.search(r"\.[0-9a-f]{12}\.css$", path), "named after their content"
        assert stack.ask(path, X_Forwarded_Proto="https")[0] == 200


@pytest.mark.parametrize("name", ["web", "worker"])
def test_the_health_checks_of_the_file_succeed(stack, name):
    check = stack.services[name]["healthcheck"]["test"]
    assert check[0] == "CMD"
    _wait(lambda: stack.once(check[1:]).returncode == 0, 60, f"health of {name}")


def test_the_worker_does_what_was_promised(stack):
    number = stack.once(["python", "-c", PROMISE]).stdout.strip()
    _wait(lambda: stack.job_state(number) == "done", 30, "the promised job")


def test_beat_finds_what_no_bell_announced(stack):
    number = stack.once(["python", "-c", SILENT_PROMISE]).stdout.strip()
    _wait(lambda: stack.job_state(number) == "done", 90, "the job without a bell")


@pytest.mark.parametrize("missing", ["SLRT_SECRET_KEY", "SLRT_FIELD_KEYS", "SLRT_INDEX_KEY", "DATABASE_URL"])
def test_production_does_not_start_without_its_secrets(stack, missing):
    environment = {name: value for name, value in stack.environment.items() if name != missing}
    done = subprocess.run(
        [sys.executable, "manage.py", "check"], cwd=BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode != 0
    assert missing in done.stderr
    assert stack.environment["SLRT_INDEX_KEY"] not in done.stderr


@pytest.mark.parametrize("name", ["web", "worker", "beat"])
def test_a_service_that_is_asked_to_stop_stops(stack, name):
    process = stack.running[name]
    assert process.poll() is None, stack.said(name)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0, stack.said(name)[-1000:]
    assert "Traceback" not in stack.said(name)
