"""A worker killed while it writes an import leaves nothing half done, and the promise is taken up again."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from households.importing import applying, uploading
from households.models import Family, Person
from slrt.core import clock, outbox
from slrt.core.models import OutboxJob
from slrt.local.places import BASE_DIR

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]

ROWS = (
    "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA\n"
    "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006\n"
)
WORKER = """
import django, time
from django.conf import settings
django.setup()
from households.importing import applying
from slrt.core import outbox
real = applying.write
def slow(*args):
    real(*args)
    print("written", flush=True)
    time.sleep(60)
applying.write = slow
outbox.sweep()
"""


def _url():
    held = connection.settings_dict
    where = f"{held['USER']}:{held['PASSWORD']}@{held['HOST'].replace('/', '%2F')}:{held['PORT'] or 5432}"
    return f"postgresql://{where}/{held['NAME']}"


def test_a_worker_killed_while_writing_loses_nothing(lestari, browse):
    started = uploading.upload(ROWS.encode(), "x.csv", by=lestari)
    outbox.sweep()
    started.refresh_from_db()
    applying.request_apply(started, by=lestari, version=started.version)
    environment = {**os.environ, "DATABASE_URL": _url(), "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE}
    worker = subprocess.Popen(
        [sys.executable, "-c", WORKER], cwd=BASE_DIR, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert worker.stdout is not None
        assert worker.stdout.readline().strip() == "written"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait()
    time.sleep(0.5)
    started.refresh_from_db()
    assert (Family.objects.count(), Person.objects.count(), started.state) == (0, 0, "applying")
    assert OutboxJob.objects.filter(state="leased").count() == 1
    assert "Pekerjaan ini terputus" in browse(lestari).get(f"/impor/{started.pk}/").content.decode()
    with clock.told(clock.now() + outbox.LEASE + timedelta(minutes=1)):
        outbox.sweep()
    started.refresh_from_db()
    assert (Family.objects.count(), Person.objects.count(), started.state) == (1, 1, "applied")
