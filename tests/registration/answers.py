"""The ministry's answer file as rows of text, and its way from upload to the registry."""

from households.choices.imports import ImportKind
from households.importing import applying, previewing, uploading
from households.models import Registration

NIKS = [f"13019945068500{n:02d}" for n in range(10, 30)]
HEADER = "NIK,STATUS,KODE_ALASAN,DESIL,PERIODE\n"


def csv(*rows, header=HEADER):
    return (header + "".join(f"{row}\n" for row in rows)).encode()


def read(data, by, name="jawaban.csv"):
    """An answer file that was uploaded and read."""
    run = uploading.upload(data, name, by=by, kind=ImportKind.ANSWER)
    previewing.preview(run.pk)
    run.refresh_from_db()
    return run


def uploaded_answer(lestari, *rows):
    """The page of what each row would do."""
    run = read(csv(*rows), lestari)
    assert run.state == "previewed", run.problem
    return run.answer_files.get()


def apply(answer, by):
    applying.request_apply(answer.run, by=by, version=answer.run.version)
    applying.apply(answer.run_id)
    answer.refresh_from_db()
    answer.run.refresh_from_db()


def states():
    return list(Registration.objects.order_by("pk").values_list("state", flat=True))
