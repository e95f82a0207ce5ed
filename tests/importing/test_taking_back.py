"""An applied file can be taken back whole within a day, and only while nobody built on it."""

from datetime import timedelta

import pytest
from django.db import connection

from households.importing import ending, previewing, undoing, uploading
from households.models import (
    DecileRecord,
    Family,
    FormerFamilyCard,
    Household,
    ImportRun,
    Membership,
    Person,
    PersonAnswers,
    Registration,
    SurveyRound,
)
from slrt.audit.models import AuditEntry
from slrt.core import clock
from slrt.core.errors import NotPermitted, TransitionNotAllowed
from slrt.core.templatetags.ui import waktu
from tests import people
from tests.importing.rows import imported

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = "NO_KK,NIK,NAMA,TGL_LAHIR,JENIS_KELAMIN,HUB_KELUARGA,KODE_DESA,ID_KELUARGA,DESIL,PERIODE_DESIL,LANTAI,ALAMAT"
ROSNA = "1301990101100001,1301990506850001,Rosna,05/06/1985,2,1,1301052006,K1,2,2026-Q3,1,Jorong A"
ANISA = "1301990101100001,1301990506950002,Anisa,05/06/1995,2,3,1301052006,K1,2,2026-Q3,1,Jorong A"
BUDI = "1301990101100009,1301990506700009,Budi,05/06/1970,1,1,1301052006,K2,4,2026-Q3,6,Jorong B"
TABLES = (
    Household,
    Family,
    Person,
    Membership,
    SurveyRound,
    PersonAnswers,
    DecileRecord,
    Registration,
    FormerFamilyCard,
)
CHANGES = {"version", "updated_at"}


def _import(by, *rows):
    started = imported(by, "\n".join([HEAD, *rows, ""]).encode())
    assert started.state == "applied", started.problem
    return started


def _take_back(by, started, note="Berkas bulan lalu"):
    undoing.request(started, by=by, note=note, version=started.version)
    undoing.take_back(started.pk)
    started.refresh_from_db()
    return started


def _registry():
    """Every row of the registry, but for what counts its changes."""
    said = {}
    for model in TABLES:
        columns = [f.attname for f in model._meta.concrete_fields if f.name not in CHANGES]
        said[model.__name__] = sorted(repr(row) for row in model.objects.values_list(*columns))
    return said


def test_a_first_file_taken_back_leaves_an_empty_registry(lestari):
    taken = _take_back(lestari, _import(lestari, ROSNA, ANISA, BUDI))
    assert taken.state == "taken_back"
    assert {model.__name__: model.objects.count() for model in TABLES} == dict.fromkeys((m.__name__ for m in TABLES), 0)
    assert AuditEntry.objects.filter(verb="taken_back", subject_id=taken.pk).count() == 1


def test_a_second_file_taken_back_leaves_what_the_first_one_said(lestari):
    _import(lestari, ROSNA, ANISA)
    before = _registry()
    changed = ROSNA.replace("Rosna", "Rosna Dewi").replace(",K1,2,2026-Q3,1,Jorong A", ",K1,5,2026-Q3,8,Jorong C")
    second = _import(lestari, changed.replace("1301990101100001", "1301990101100777"), BUDI)
    assert Person.objects.get(name_folded__startswith="rosna").name == "Rosna Dewi"
    assert Membership.objects.filter(missing_since__isnull=False).count() == 1, "Anisa is not in the second file"
    assert FormerFamilyCard.objects.count() == 1
    _take_back(lestari, second)
    assert _registry() == before


def test_taking_back_twice_has_the_effect_of_once(lestari):
    started = _take_back(lestari, _import(lestari, ROSNA))
    undoing.take_back(started.pk)
    assert AuditEntry.objects.filter(verb="taken_back").count() == 1


def test_a_file_that_somebody_built_on_stays(lestari):
    started = _import(lestari, ROSNA, ANISA)
    rosna = Person.objects.get(name="Rosna")
    rosna.occupation = "Petani"
    rosna.save()
    before = _registry()
    taken = _take_back(lestari, started)
    assert taken.state == "applied"
    assert taken.problem.startswith("Tidak bisa ditarik: 1 orang")
    assert _registry() == before


def test_a_changed_person_who_was_changed_again_stays(lestari):
    _import(lestari, ROSNA, ANISA)
    second = _import(lestari, ROSNA.replace("Rosna", "Rosna Dewi"), ANISA)
    Person.objects.filter(name="Rosna Dewi").update(updated_at=clock.now() + timedelta(minutes=1), occupation="Petani")
    assert _take_back(lestari, second).state == "applied"
    assert Person.objects.get(name="Rosna Dewi").occupation == "Petani"


def test_after_a_day_it_is_too_late(lestari):
    started = _import(lestari, ROSNA)
    before = _registry()
    with clock.told(clock.now() + timedelta(hours=25)), pytest.raises(TransitionNotAllowed, match="24 jam"):
        undoing.request(started, by=lestari, note="x", version=started.version)
    assert _registry() == before
    assert ImportRun.objects.get().state == "applied"


def test_after_a_day_the_page_says_why_the_button_is_gone_and_a_form_left_open_is_answered(lestari, browse):
    started = _import(lestari, ROSNA)
    page, before = f"/impor/{started.pk}/", _registry()
    assert "jadi tidak bisa ditarik kembali" not in browse(lestari).get(page).content.decode()
    ImportRun.objects.update(applied_at=clock.now() - timedelta(hours=25))
    shown = browse(lestari).get(page).content.decode()
    assert "Sudah lewat 24 jam sejak diterapkan, jadi tidak bisa ditarik kembali." in shown
    assert f"{page}tarik/" not in shown
    late = browse(lestari).post(f"{page}tarik/", {"note": "Salah berkas", "version": started.version}, follow=True)
    assert [str(said) for said in late.context["messages"]] == [
        "Sudah lewat 24 jam sejak diterapkan, jadi tidak bisa ditarik kembali. Perbaiki lewat berkas baru atau per keluarga."
    ]
    assert _registry() == before
    assert ImportRun.objects.get().state == "applied"


def test_a_file_that_could_not_be_taken_back_still_says_when_it_was_applied(lestari, browse):
    started = _import(lestari, ROSNA)
    Person.objects.update(occupation="Petani", version=2, updated_at=clock.now())
    with clock.told(clock.now() + timedelta(hours=3)):
        _take_back(lestari, started)
    assert (started.state, bool(started.problem)) == ("applied", True)
    assert started.state_since > started.applied_at
    page = browse(lestari).get(f"/impor/{started.pk}/").content.decode()
    assert f"Diterapkan oleh {lestari}, {waktu(started.applied_at)}." in page


def test_a_front_officer_takes_nothing_back(lestari, fitri):
    started = _import(lestari, ROSNA)
    with pytest.raises(NotPermitted):
        undoing.request(started, by=fitri, note="x", version=started.version)
    assert Person.objects.count() == 1


def test_a_failure_halfway_leaves_everything_as_it_was(lestari, monkeypatch):
    started = _import(lestari, ROSNA, ANISA)
    before = _registry()
    undoing.request(started, by=lestari, note="x", version=started.version)
    real = undoing.delete

    def broken(model, column, ids):
        if model is Household:
            raise RuntimeError
        real(model, column, ids)

    monkeypatch.setattr(undoing, "delete", broken)
    with pytest.raises(RuntimeError):
        undoing.take_back(started.pk)
    assert _registry() == before
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM households_household")
        assert cursor.fetchone()[0] == 1


def test_the_trail_and_the_page_name_who_asked_and_not_who_applied(lestari, browse):
    other = people.make_user("lestari2", people.Part("manager", "13.01"))
    taken = _take_back(other, _import(lestari, ROSNA))
    assert taken.state == "taken_back"
    assert {entry.actor for entry in AuditEntry.objects.filter(verb__in=("take_back", "taken_back"))} == {other}
    assert f"atas permintaan {other}" in browse(lestari).get(f"/impor/{taken.pk}/").content.decode()


def test_a_large_file_is_taken_back_by_a_second_person(lestari, hendra, settings, browse):
    started = _import(lestari, ROSNA, ANISA)
    settings.IMPORT_SECOND_PERSON_ROWS = 1
    page = f"/impor/{started.pk}/"
    assert browse(lestari).get(f"{page}tarik/").status_code == 403
    assert "ditarik kembali oleh orang kedua" in browse(lestari).get(page).content.decode()
    with pytest.raises(NotPermitted, match="orang kedua"):
        undoing.request(started, by=lestari, note="x", version=started.version)
    started.refresh_from_db()
    assert (started.state, Person.objects.count()) == ("applied", 2)
    assert f'href="{page}tarik/"' in browse(hendra).get(page).content.decode()
    assert _take_back(hendra, started).state == "taken_back"


def test_a_file_goes_back_once_the_later_ones_that_stood_in_its_way_went_back(lestari):
    empty = _registry()
    first = _import(lestari, ROSNA, ANISA)
    before = _registry()
    second = _import(lestari, ROSNA.replace("Rosna", "Rosna Dewi"))
    third = _import(lestari, ROSNA.replace("Rosna", "Rosna Sari").replace(",2,1,", ",2,2,"), BUDI)
    refused = _take_back(lestari, first)
    assert (refused.state, "Tidak bisa ditarik" in refused.problem) == ("applied", True)
    _take_back(lestari, third)
    again = _import(lestari, ROSNA.replace("Rosna", "Rosna Lain"), BUDI)
    _take_back(lestari, again)
    assert _take_back(lestari, second).state == "taken_back"
    assert _registry() == before
    assert _take_back(lestari, first).state == "taken_back"
    assert _registry() == empty


def test_a_person_whom_somebody_changed_between_the_files_keeps_them_standing(lestari):
    first = _import(lestari, ROSNA, ANISA)
    rosna = Person.objects.get(name="Rosna")
    rosna.occupation = "Petani"
    rosna.save()
    _take_back(lestari, _import(lestari, ROSNA.replace("Rosna", "Rosna Dewi"), ANISA))
    assert _take_back(lestari, first).state == "applied"
    assert Person.objects.count() == 2


def test_the_same_file_again_says_whether_it_would_change_something(lestari, browse):
    one, other = _import(lestari, ROSNA), ROSNA.replace("Rosna", "Rosna Dewi")

    def page(*rows):
        started = uploading.upload("\n".join([HEAD, *rows, ""]).encode(), "lagi.csv", by=lestari)
        previewing.preview(started.pk)
        shown = browse(lestari).get(f"/impor/{started.pk}/").content.decode()
        ending.cancel(started, by=lestari)
        return shown

    assert one.state == "applied"
    assert "tidak mengubah apa pun" in page(ROSNA)
    assert "Tidak ada yang akan ditulis." in page(ROSNA)
    assert "akan ditulis sekaligus" not in page(ROSNA)
    _import(lestari, other)
    shown = page(ROSNA)
    assert "Berkas yang sama sudah diterapkan" in shown
    assert "tidak mengubah apa pun" not in shown
    assert "menulis kembali" in shown


@pytest.mark.parametrize("order", [1, -1])
def test_a_family_whose_head_changed_gets_its_old_head_back_in_whichever_order_its_people_came(lestari, order):
    _import(lestari, *[ROSNA, ANISA][::order])
    before = _registry()
    handed = _import(lestari, ROSNA.replace(",2,1,1301052006", ",2,6,1301052006"), ANISA.replace(",2,3,", ",2,1,"))
    assert Family.objects.get().head.name == "Anisa"
    taken = _take_back(lestari, handed)
    assert (taken.state, taken.problem) == ("taken_back", "")
    assert _registry() == before
