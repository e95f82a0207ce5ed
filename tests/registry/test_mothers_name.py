"""A mother's name opens accounts elsewhere: it is seen where a member's data are corrected or compared, and nowhere else."""

import json

import pytest

from households import siks
from households.models import Person
from households.registry import correcting
from slrt.audit.models import AuditEntry
from slrt.exports.registry import LISTINGS
from tests import cases, people

MOTHER, BORN_IN = "Zubaidah Sikumbang", "Lubuk Jantan"
LISTS = ("/dasbor/", "/keluarga/", "/registrasi/?tab=identity", "/registrasi/desa/", "/keluarga/tanpa-nik/")


@pytest.fixture
def family(places):
    row = cases.family_in(people.SAGO)
    Person.objects.filter(pk=row.head_id).update(mother_name=MOTHER, birth_place=BORN_IN)
    cases.registration(row)
    return row


@pytest.mark.parametrize("who", ["sari", "fitri", "rina", "nurma", "joko", "lestari", "hendra"])
def test_no_list_and_no_page_of_the_family_tells_it(request, browse, family, who):
    client = browse(request.getfixturevalue(who))
    registration = family.registrations.get().pk
    pages = (*LISTS, f"/keluarga/{family.pk}/", f"/keluarga/{family.pk}/riwayat/", f"/registrasi/{registration}/")
    for path in pages:
        answer = client.get(path)
        assert answer.status_code == 200, path
        page = answer.content.decode()
        assert MOTHER not in page, path
        assert BORN_IN not in page, path


def test_only_who_may_change_the_family_sees_it_in_the_form(browse, family, sari, joko):
    path = f"/keluarga/{family.pk}/orang/{family.head_id}/"
    assert MOTHER in browse(sari).get(path).content.decode()
    refused = browse(joko).get(path)
    assert refused.status_code == 403
    assert MOTHER not in refused.content.decode()


def test_no_file_that_leaves_has_a_column_for_it():
    sources = {str(column.source) for listing in LISTINGS.values() for column in listing.columns}
    assert "person__name" in sources, "the columns are looked through"
    assert not [source for source in sources if "mother" in source or "birth_place" in source]
    assert not [name for name in siks.COLUMNS if "IBU" in name or "TEMPAT" in name]


def test_the_trail_says_that_it_was_corrected_and_not_what_it_is(family, sari):
    correcting.correct(
        family,
        by=sari,
        person=family.head,
        version=family.head.version,
        values={"mother_name": "Mariam", "birth_place": "Painan"},
        reason="Akta kelahiran.",
    )
    entry = AuditEntry.objects.get(verb="family_correction")
    assert entry.details["fields"] == ["birth_place", "mother_name"]
    told = json.dumps(entry.details)
    assert not [word for word in (MOTHER, "Mariam", BORN_IN, "Painan") if word in told]
