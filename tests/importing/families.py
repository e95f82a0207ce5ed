"""A few families of an extract as dicts of columns, and the way of a file from upload to the registry and back."""

from households.importing import applying, previewing, undoing, uploading

ROSNA = {
    **{"NO_KK": "1301990101100001", "NIK": "1301994506800001", "NAMA": "Rosna", "TGL_LAHIR": "1980-06-05"},
    **{"JENIS_KELAMIN": "2", "HUB_KELUARGA": "1", "KODE_DESA": "1301052006", "ID_KELUARGA": "K0"},
    **{"DESIL": "2", "PERIODE_DESIL": "2026-Q3", "LANTAI": "8", "SEKOLAH": ""},
}
HEAD = [*ROSNA]
ANDI = {**ROSNA, "NIK": "1301990506050001", "NAMA": "Andi", "TGL_LAHIR": "2005-06-05", "JENIS_KELAMIN": "1"}
ANDI["HUB_KELUARGA"] = "3"
BUDI = {**ROSNA, "NO_KK": "1301990101100002", "NIK": "1301990506700001", "NAMA": "Budi", "ID_KELUARGA": "K1"}
BUDI |= {"TGL_LAHIR": "1970-06-05", "JENIS_KELAMIN": "1"}
CITRA = {**BUDI, "NO_KK": "1301990101100003", "NIK": "1301994506750001", "NAMA": "Citra", "ID_KELUARGA": "K2"}
CITRA |= {"TGL_LAHIR": "1975-06-05", "JENIS_KELAMIN": "2"}
# A family of another village, which a file of the first four does not cover.
DEDI = {**BUDI, "NO_KK": "1301990101100004", "NIK": "1301990506650001", "NAMA": "Dedi", "ID_KELUARGA": "K3"}
DEDI |= {"TGL_LAHIR": "1965-06-05", "KODE_DESA": "1301052003"}


def file_of(*rows, without=()):
    columns = [name for name in HEAD if name not in without]
    return "\n".join([",".join(columns), *(",".join(row[c] for c in columns) for row in rows), ""]).encode()


def preview(by, *rows, without=()):
    started = uploading.upload(file_of(*rows, without=without), "berkas.csv", by=by)
    previewing.preview(started.pk)
    started.refresh_from_db()
    assert started.state == "previewed", started.problem
    return started


def apply(by, started, **more):
    applying.request_apply(started, by=by, version=started.version, **more)
    applying.apply(started.pk)
    started.refresh_from_db()
    assert started.state == "applied", started.problem
    return started


def bring(by, *rows, without=(), **more):
    return apply(by, preview(by, *rows, without=without), **more)


def take_back(by, started):
    undoing.request(started, by=by, note="Berkas salah", version=started.version)
    undoing.take_back(started.pk)
    started.refresh_from_db()
    assert started.state == "taken_back", started.problem
