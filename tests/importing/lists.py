"""Two families of one extract, and the way of a list from upload to the registry."""

import csv
import io

from households.choices.imports import ImportKind
from households.importing import applying, previewing, rejects, undoing, uploading
from slrt.core import outbox
from slrt.core.idempotency import new_key

EXTRACT = (
    "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA,ID_KELUARGA,DESIL,PERIODE_DESIL\n"
    "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006,K1,2,2026-Q2\n"
    "1301990101100002,1301990506850002,Anisa,05/06/1985,1,1,1301052006,K2,3,2026-Q2\n"
)
ROSNA, ANISA, NOBODY = "1301990506850001", "1301990506850002", "1301990506850099"


def previewed(by, text, kind=ImportKind.EXTRACT):
    started = uploading.upload(text.encode(), "daftar.csv", by=by, kind=kind)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "previewed", started.problem
    return started


def imported(by, text, kind=ImportKind.EXTRACT):
    started = previewed(by, text, kind)
    applying.request_apply(started, by=by, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert started.state == "applied", started.problem
    return started


def taken_back(started, by):
    undoing.request(started, by=by, note="Daftar keliru", version=started.version)
    undoing.take_back(started.pk)
    started.refresh_from_db()
    return started


def sheet_back(started, by):
    return list(
        csv.DictReader(io.StringIO(rejects.build(started, by=by, form="csv").decode("utf-8-sig")), delimiter=";")
    )


def taken(client, address):
    """Take a sheet of an import's rows out from its address, through the form, as whoever is signed in; return its bytes."""
    form = client.get(address, follow=True)
    assert form.status_code == 200, form.content.decode()
    entered = {"basis": "public_task", "idempotency_key": new_key()}
    for name in ("purpose", "format"):
        entered[name] = form.context["form"][name].value() or "Memeriksa berkas bulan ini"
    page = client.post(f"{form.request['PATH_INFO']}?{form.request['QUERY_STRING']}", entered, follow=True)
    assert page.status_code == 200, page.content.decode()
    outbox.sweep()
    return b"".join(client.get(f"{page.request['PATH_INFO']}unduh/").streaming_content)
