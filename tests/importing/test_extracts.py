"""The bulk import on files nobody here wrote by hand: exactly what they say comes in, once."""

import json

import pytest
from django.core.management import call_command

from households.importing import applying, previewing, uploading
from households.importing.examining import examine
from households.models import Family, ImportRun, Membership, Person, PersonAnswers, SurveyRound
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted
from slrt.local.places import BASE_DIR
from tests.importing.rows import GOOD, HEAD, imported, previewed

SAMPLES = BASE_DIR / "samples"
TRUTH = BASE_DIR / "tests" / "data" / "dtks_dirty.csv.truth.json"


def _counts():
    return tuple(model.objects.count() for model in (Family, Person, Membership, PersonAnswers))


def test_the_dirty_file_gives_exactly_its_truth(manager):
    truth = json.loads(TRUTH.read_text())
    started = uploading.upload((SAMPLES / "dtks_dirty.csv").read_bytes(), "dtks_dirty.csv", by=manager)
    examined = examine(started)
    refused = dict(zip(examined.refused["line"].to_list(), examined.refused["reason"].to_list(), strict=True))
    assert {str(line): reason for line, reason in refused.items()} == truth["reject"]
    assert (len(refused), examined.repeated) == (318, 15)


def test_the_dirty_file_comes_in_once_and_a_second_time_changes_nothing(manager):
    data = (SAMPLES / "dtks_dirty.csv").read_bytes()
    first = imported(manager, data)
    assert (Person.objects.count(), Family.objects.count()) == (1682, 513)
    before = _counts()
    second = imported(manager, data)
    assert _counts() == before
    for kind, total in (("households", 513), ("people", 1682)):
        assert first.counts[kind]["new"] == total
        assert second.counts[kind] == {"new": 0, "changed": 0, "unchanged": total}


def test_every_refused_row_comes_back_with_a_reason_and_a_mend(manager, tmp_path, capsys):
    rejects = tmp_path / "ditolak.csv"
    path = str(SAMPLES / "dtks_dirty.csv")
    call_command("import_extract", path, user="lestari", rejects=rejects, json=True)
    told = json.loads(capsys.readouterr().out)
    assert (told["rows"], told["refused"], told["repeated"]) == (2015, 318, 15)
    lines = rejects.read_text(encoding="utf-8-sig").splitlines()
    assert len(lines) == 319
    assert "CARA MEMPERBAIKI" in lines[0]
    assert all(line.rsplit(";", 1)[1].strip('"') for line in lines[1:])
    assert _counts() == (0, 0, 0, 0), "without --apply nothing is written"


def test_the_workbook_reads_like_the_csv(manager):
    started = imported(manager, (SAMPLES / "dtks_iv_jurai.xlsx").read_bytes(), "dtks_iv_jurai.xlsx")
    assert started.state == "applied"
    assert started.counts["rows"] == Person.objects.count() + started.counts["refused"] + started.counts["repeated"]


def test_a_front_officer_may_not_import(regency, fitri):
    with pytest.raises(NotPermitted):
        uploading.upload(GOOD.encode(), "x.csv", by=fitri)
    assert not ImportRun.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_failure_while_applying_leaves_nothing_behind(manager, monkeypatch):
    started = uploading.upload(f"{HEAD}\n{GOOD}\n".encode(), "x.csv", by=manager)
    previewing.preview(started.pk)
    started.refresh_from_db()
    applying.request_apply(started, by=manager, version=started.version)
    real = applying.write

    def half(*args):
        real(*args)
        raise RuntimeError

    monkeypatch.setattr(applying, "write", half)
    with pytest.raises(RuntimeError):
        applying.apply(started.pk)
    assert _counts() == (0, 0, 0, 0)
    monkeypatch.setattr(applying, "write", real)
    applying.apply(started.pk)
    applying.apply(started.pk)
    assert _counts()[:3] == (1, 1, 1), "taken up again, written once"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("1301990506850001", "1.30199E+15"), "nik_float"),
        (("1301052006", "9999999999"), "village_unknown"),
        (("Rosna", ""), "name_empty"),
    ],
)
def test_a_bad_cell_refuses_its_row_only(manager, change, reason):
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    started = imported(manager, f"{HEAD}\n{GOOD.replace(*change)}\n{other}\n".encode())
    assert started.counts["reasons"] == {reason: 1}


def test_a_formula_in_a_name_never_reaches_a_spreadsheet(manager, tmp_path):
    row = GOOD.replace("Rosna", "=HYPERLINK(1)").replace("1301052006", "9999999999")
    path = tmp_path / "x.csv"
    path.write_text(f"{HEAD}\n{row}\n")
    rejects = tmp_path / "r.csv"
    call_command("import_extract", str(path), user="lestari", rejects=rejects, json=True)
    assert ";=HYPERLINK" not in rejects.read_text(encoding="utf-8-sig")


def test_windows_encoding_is_understood(manager):
    started = imported(manager, f"{HEAD}\n{GOOD.replace('Rosna', 'Renée')}\n".encode("cp1252"))
    assert started.state == "applied"
    assert Person.objects.get().name.startswith("Ren")


def test_a_code_that_a_later_file_leaves_out_is_carried_over(manager):
    head = f"{HEAD},DESIL,PERIODE_DESIL,LANTAI,SEKOLAH"
    imported(manager, f"{head}\n{GOOD},2,2025-Q2,1,2\n".encode())
    imported(manager, f"{head}\n{GOOD},3,2025-Q3,,\n".encode())
    assert [row.answers for row in SurveyRound.objects.order_by("pk")] == [{"lantai": "1"}] * 2
    said = [row.answers for row in PersonAnswers.objects.order_by("round_id")]
    assert said == [{"sekolah": "2"}] * 2


def test_the_preview_tells_field_by_field_what_changes_and_who_is_missing(manager, browse):
    other = GOOD.replace("0001,Rosna", "0002,Anisa").replace(",1,1,", ",1,3,")
    imported(manager, f"{HEAD}\n{GOOD}\n{other}\n".encode())
    started = previewed(manager, f"{HEAD},PEKERJAAN\n{GOOD.replace('Rosna', 'Rosna Dewi')},Petani\n".encode())
    assert started.counts["fields"]["people"] == {"name": 1, "occupation": 1}
    assert [(v["changed"], v["missing"]) for v in started.counts["villages"]] == [(1, 1)]
    page = browse(manager).get(f"/impor/{started.pk}/").content.decode()
    assert "Nama: Rosna → <b>Rosna Dewi</b>" in page


def test_a_person_who_died_here_is_no_member_again_without_a_decision(manager):
    imported(manager, f"{HEAD}\n{GOOD}\n".encode())
    Membership.objects.update(ended_on="2026-01-02", end_reason="died")
    Person.objects.update(died_on="2026-01-02")
    second = imported(manager, f"{HEAD}\n{GOOD}\n".encode())
    assert (second.counts["conflicts"], Membership.objects.open().count()) == (1, 0)


def test_of_two_alike_without_nik_only_one_is_the_person_known_here(manager):
    head, child = GOOD, "1301990101100001,,Putri,07/03/2019,2,3,1301052006"
    imported(manager, f"{HEAD}\n{head}\n{child}\n".encode())
    twin = "1301990101100001,,PUTRI,07/03/2019,2,3,1301052006"
    second = imported(manager, f"{HEAD}\n{head}\n{child}\n{twin}\n".encode())
    assert second.counts["people"] == {"new": 1, "changed": 0, "unchanged": 2}
    assert Membership.objects.open().count() == Person.objects.count() == 3
    third = imported(manager, f"{HEAD}\n{head}\n{child}\n".encode())
    assert (third.counts["people"]["new"], third.counts["missing"]) == (0, 1), "the other twin is not in this file"


@pytest.mark.parametrize(
    ("entered", "kept"),
    [("1", "1"), ("2", "2"), ("0", "2"), ("YA", "1"), ("tidak", "2"), ("3", None), ("4", None), ("", None)],
)
def test_yes_and_no_come_as_words_or_as_the_codes_of_the_paper_form(manager, entered, kept):
    """Codes 3 and 4 belong to every second row of the form's block of goods: here they are counted as unknown, not guessed."""
    columns = ("HAMIL", "PKH", "SEMBAKO", "PBI_JK", "PIP")
    started = imported(manager, f"{HEAD},{','.join(columns)}\n{GOOD}{f',{entered}' * 5}\n".encode())
    assert (started.state, Person.objects.count()) == ("applied", 1)
    answers = (
        PersonAnswers.objects.filter(round=SurveyRound.objects.get()).values_list("answers", flat=True).first() or {}
    )
    assert {answers.get(name) for name in ("hamil", "pkh", "sembako", "pbi_jk", "pip")} == {kept}
    unknown = {name: n for name, n in started.counts["warnings"].items() if name.startswith("code_")}
    assert unknown == (dict.fromkeys((f"code_{c.lower()}" for c in columns), 1) if entered in ("3", "4") else {})
