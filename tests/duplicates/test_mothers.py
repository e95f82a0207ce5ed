"""Mothers' names are compared and not shown: nowhere in clear, on the page only whether they agree, the names for a purpose."""

import pytest
from django.db import connection

from households.duplicates.scoring import mothers_agree
from households.duplicates.search import search, still_alike
from households.models import DuplicateCandidate, Membership, Person, PersonKeys
from households.models.person import mother_columns
from households.registry import correcting
from households.views.duplicates import _hidden
from slrt.audit.models import AuditEntry
from slrt.core import clock
from tests import cases, people
from tests.duplicates.entries import CARD, FIRST, SECOND

FOR = {"purpose": "Mencocokkan dengan akta kelahiran"}


@pytest.fixture
def pair(places):
    """Rosna stands in Sago Salido twice; her mother is spelt in two ways."""
    first = cases.family_in(people.SAGO, nik=FIRST)
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik=SECOND, kk=CARD)
    for family, mother in ((first, "Zoebaidah Sikumbang"), (second, "Zubaidah Sikumbang")):
        Person.objects.filter(pk=family.head_id).update(**mother_columns(mother), version=2)
    search()
    return DuplicateCandidate.objects.get()


def everything_stored():
    """All rows of all tables as text, bytes decoded where they are text."""
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            found += [line for (line,) in cursor.fetchall()]
    return "\n".join(found)


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [("mariam koto", "mariam koto", "same"), ("mariam koto", "maryam koto", "alike"), ("mariam", "rosna", "different"),
     ("", "rosna", ""), ("", "", "")],
)  # fmt: skip
def test_how_two_names_agree(ours, theirs, said):
    assert mothers_agree(ours, theirs) == said


def test_neither_the_registry_its_history_nor_the_keys_hold_a_name_in_clear(pair, sari):
    person = pair.first
    values = {"mother_name": "Mariam Chaniago"}
    family = person.memberships.get().family
    correcting.correct(family, by=sari, person=person, version=person.version, values=values, reason="Akta.")
    Person.objects.filter(pk=pair.second_id).update(occupation="Petani")
    search()
    stored = everything_stored()
    assert "Rosna Tanjung" in stored, "the rows were read"
    lowered = stored.lower()
    assert not [
        word for word in ("zoebaidah", "zubaidah", "subaida", "sikumbang", "mariam", "chaniago") if word in lowered
    ]
    person.refresh_from_db()
    assert person.mother_name == "Mariam Chaniago"


def test_the_history_gives_the_former_name_back(pair, sari):
    """A take-back reads the history: what lies there encrypted is the name that was."""
    person = pair.first
    family = person.memberships.get().family
    values = {"mother_name": ""}
    correcting.correct(family, by=sari, person=person, version=person.version, values=values, reason="Salah orang.")
    person.refresh_from_db()
    assert (person.mother_name, person.mother_index) == (None, None)
    event = Person._meta.get_field("events").related_model.objects.filter(pgh_obj=person).latest("pgh_id")
    assert event.mother_name == "Zoebaidah Sikumbang"


def test_one_spelling_folded_is_one_key_and_another_mother_another(pair):
    first, second = PersonKeys.objects.order_by("pk")
    assert first.mother_key == second.mother_key != None  # noqa: E711
    assert len(first.mother_key) == 16
    Person.objects.filter(pk=pair.second_id).update(**mother_columns("Rosna Malayu"), version=3)
    search()
    second.refresh_from_db()
    assert first.mother_key != second.mother_key


def test_the_search_and_the_page_score_the_mother_alike(pair):
    assert {"mother_full", "mother_rare", "mother_same"} & set(pair.reasons)
    assert still_alike(pair).reasons == tuple(pair.reasons)


@pytest.mark.parametrize(
    ("mother", "word"),
    [("Zubaidah Sikumbang", "sama"), ("Zubaidah Sikumbong", "mirip"), ("Rosna Malayu", "beda"), ("", "beda")],
)
def test_side_by_side_says_whether_they_agree_and_not_who_she_is(browse, rina, pair, mother, word):
    Person.objects.filter(pk=pair.second_id).update(**mother_columns(mother))
    page = browse(rina).get(f"/ganda/{pair.pk}/").content.decode()
    row = page[page.index("Nama ibu kandung") :].split("</tr>")[0]
    assert f">{word}<" in row
    assert "Tercatat" in row
    for path in (f"/ganda/{pair.pk}/", f"/ganda/{pair.pk}/gabung/"):
        page = browse(rina).get(path).content.decode()
        assert not [name for name in ("Zoebaidah", "Zubaidah", "Sikumb", "Malayu") if name in page]


def test_the_names_are_shown_for_a_purpose_and_noted(browse, rina, pair):
    client, path = browse(rina), f"/ganda/{pair.pk}/ibu/"
    assert path in client.get(f"/ganda/{pair.pk}/").content.decode()
    assert "Sikumbang" not in client.get(path).content.decode(), "the question comes first"
    answer = client.post(path, FOR)
    assert "Zoebaidah Sikumbang" in answer.content.decode()
    assert "Zubaidah Sikumbang" in answer.content.decode()
    assert answer["Cache-Control"] == "no-store"
    entry = AuditEntry.objects.get(verb="reveal_mothers")
    assert (entry.kind, entry.actor, entry.subject_id, entry.note) == ("read", rina, pair.pk, FOR["purpose"])
    assert entry.details["persons"] == [pair.first_id, pair.second_id]


@pytest.mark.parametrize("purpose", ["", "x", "         "])
def test_without_a_purpose_nothing_is_shown_or_noted(browse, rina, pair, purpose):
    answer = browse(rina).post(f"/ganda/{pair.pk}/ibu/", {"purpose": purpose})
    assert answer.status_code == 422
    assert "Sikumbang" not in answer.content.decode()
    assert not AuditEntry.objects.filter(verb="reveal_mothers").exists()


@pytest.mark.parametrize(
    ("who", "status"), [("joko", 403), ("sari", 404), ("fitri", 404), ("dewi", 404), ("agus", 404)]
)
def test_who_sees_no_guarded_data_sees_no_names(request, browse, pair, who, status):
    client = browse(request.getfixturevalue(who))
    answer = client.post(f"/ganda/{pair.pk}/ibu/", FOR)
    assert answer.status_code == status
    assert "Sikumbang" not in answer.content.decode()
    if who == "joko":
        assert f"/ganda/{pair.pk}/ibu/" not in client.get(f"/ganda/{pair.pk}/").content.decode()
    assert not AuditEntry.objects.filter(verb="reveal_mothers").exists()


@pytest.mark.parametrize("gone", [("first_id",), ("second_id",), ("first_id", "second_id")])
def test_of_whom_no_family_is_known_nobody_reads_a_name(rina, joko, pair, gone):
    """They left while the page was open: without a village nobody can be told to be in the own area."""
    assert _hidden(rina, pair) == ""
    Membership.objects.filter(person__in=[getattr(pair, name) for name in gone]).update(ended_on=clock.today())
    assert "keluarga mana pun" in _hidden(rina, pair)
    assert "Peran Anda tidak boleh" in _hidden(joko, pair)
