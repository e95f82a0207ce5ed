"""One good row of an extract, and the ways of a file."""

from households.importing import applying, previewing, uploading

HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA"
GOOD = "1301990101100001,1301990506850001,Rosna,05/06/1985,1,1,1301052006"


def imported(manager, data, name="berkas.csv"):
    started = uploading.upload(data, name, by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    if started.state == "previewed":
        applying.request_apply(started, by=manager, version=started.version)
        applying.apply(started.pk)
        started.refresh_from_db()
    return started


def previewed(manager, data):
    started = uploading.upload(data, "berkas.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    return started


def applied(manager, started):
    applying.request_apply(started, by=manager, version=started.version)
    applying.apply(started.pk)
    started.refresh_from_db()
    return started
