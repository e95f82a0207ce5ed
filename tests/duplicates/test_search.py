"""The search finds people entered twice, forgets pairs that were put right, and looks again only at what changed."""

from datetime import date

import pytest
from django.db import connection

from households.duplicates import blocking, changes, scoring
from households.duplicates import search as searching
from households.duplicates.search import Result, search, still_alike
from households.models import DuplicateCandidate, NameWord, Person, PersonKeys
from households.names import fold
from slrt.core import outbox
from slrt.core.models import OutboxJob
from slrt.workflow import engine
from tests import cases, people

ROSNA = "1301994506850001"


@pytest.fixture
def twice(places):
    """Rosna stands in Sago Salido twice: the second time without a number, written in the old way."""
    first = cases.family_in(people.SAGO).head
    second = cases.family_in(people.SAGO, name="Tandjoeng Rosna", nik="1301994506850999", kk="1301990506109002").head
    without_number(second)
    return first, second


def without_number(person):
    Person.objects.filter(pk=person.pk).update(nik_encrypted=None, nik_index=None, no_nik_reason="lost", version=2)


def correct(person, **values):
    if "name" in values:
        values["name_folded"] = fold(values["name"])
    person.refresh_from_db()
    Person.objects.filter(pk=person.pk).update(version=person.version + 1, **values)


def pairs():
    return [(c.first_id, c.second_id) for c in DuplicateCandidate.objects.order_by("pk")]


def test_somebody_entered_twice_is_found_with_score_and_reasons(twice):
    result = search()
    candidate = DuplicateCandidate.objects.get()
    assert (candidate.first, candidate.second) == twice
    assert candidate.score >= 80
    assert candidate.reasons[:2] == ["name_same", "born_same"]
    assert (result.people, result.alike) == (2, 1)


def test_a_number_one_digit_off_is_found_though_numbers_are_encrypted(places):
    cases.family_in(people.SAGO)
    cases.family_in(people.SALIDO, name="Rosnah Tanjung", nik="1301994506850007", kk="1301990506109002")
    search()
    assert "nik_digit" in DuplicateCandidate.objects.get().reasons


def test_a_mistaken_sex_hides_nobody_within_the_village(twice):
    correct(twice[1], sex="1")
    search()
    assert pairs() == [(twice[0].pk, twice[1].pk)]
    assert "sex_other" in DuplicateCandidate.objects.get().reasons


def test_namesakes_of_another_village_and_sex_are_not_even_compared(places):
    cases.family_in(people.SAGO)
    other = cases.family_in(people.SALIDO, nik="1301994506850999", kk="1301990506109002").head
    before = search().pairs
    correct(other, sex="1")
    assert (before, search().pairs) == (1, 0)


def test_keys_of_another_making_are_made_anew(twice, monkeypatch):
    search()
    old = dict(PersonKeys.objects.values_list("pk", "keys"))
    monkeypatch.setattr(changes, "MAKING", "later")
    PersonKeys.objects.update(keys=[])
    assert search().people == 2
    assert dict(PersonKeys.objects.values_list("pk", "keys")) == old


def test_two_people_are_not_a_pair(places):
    cases.family_in(people.SAGO)
    cases.family_in(people.SAGO, name="Hasan Basri", nik="1301990506700001")
    assert search().alike == 0


def test_the_second_search_has_nothing_to_do(twice):
    search()
    assert search() == Result()
    assert len(pairs()) == 1


def test_the_pair_vanishes_when_the_data_are_corrected(twice):
    search()
    correct(twice[1], name="Hasan Basri", birth_date=date(1970, 1, 2))
    assert not DuplicateCandidate.objects.current().exists(), "hidden before anybody looked again"
    assert not still_alike(DuplicateCandidate.objects.select_related("first", "second").get()).alike
    assert search().gone == 1
    assert pairs() == []


def test_the_pair_stays_when_the_correction_leaves_it_alike(twice):
    search()
    correct(twice[1], occupation="Petani")
    search()
    assert DuplicateCandidate.objects.current().count() == 1


def test_the_pair_goes_when_one_of_the_two_lives_nowhere_any_more(twice):
    search()
    twice[1].memberships.update(ended_on=date(2026, 1, 1))
    search()
    assert pairs() == []
    assert not PersonKeys.objects.filter(person=twice[1]).exists()


def test_the_pair_of_a_named_person_who_lives_nowhere_goes_too(twice):
    search()
    twice[1].memberships.update(ended_on=date(2026, 1, 1))
    assert search(only=[twice[1].pk]).gone == 1
    assert pairs() == []


def test_a_dismissed_pair_stays_dismissed_until_one_of_the_two_changes(twice, rina):
    search()
    engine.apply("dismiss", DuplicateCandidate.objects.get(), by=rina, note="Dua orang, sudah dikunjungi.")
    correct(twice[0], occupation="Petani")
    search()
    assert DuplicateCandidate.objects.get().state == "dismissed", "what was compared is the same"
    correct(twice[0], birth_date=date(1985, 5, 6))
    search()
    assert DuplicateCandidate.objects.get().state == "open"


def test_only_the_named_persons_are_looked_at(twice):
    third = cases.family_in(people.SALIDO, name="Rosna Tanjung", nik="1301994506850002", kk="1301990506109003").head
    assert search(only=[twice[0].pk]).people == 1
    assert pairs() == []
    search(only=[twice[1].pk, third.pk])
    assert (twice[0].pk, twice[1].pk) in pairs()


def test_many_changes_at_once_find_the_same(twice, monkeypatch):
    monkeypatch.setattr(blocking, "FEW", 0)
    cases.family_in(people.INDERAPURA, name="Hasan Basri", nik="1301990506700001")
    search(only=[twice[0].pk])
    search()
    assert pairs() == [(twice[0].pk, twice[1].pk)]


def test_the_longest_word_of_one_name_meets_the_second_longest_of_another_by_index(places):
    cases.family_in(people.SAGO)
    other = cases.family_in(people.SALIDO, name="Rosna Tan", nik="1301994506850999", kk="1301990506109002").head
    search(only=[Person.objects.exclude(pk=other.pk).get().pk])
    assert search(only=[other.pk]).pairs == 1


def test_every_key_has_an_index_also_after_a_first_search(twice):
    search()
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'households_personkeys'")
        indexed = " ".join(row[0] for row in cursor.fetchall())
    assert {len(keys) for keys in PersonKeys.objects.values_list("keys", flat=True)} == {blocking.PLACES}
    assert all(f"keys[{n}]" in indexed for n in range(1, blocking.PLACES + 1))


def test_a_block_of_everybody_is_left_out_and_counted(places, monkeypatch):
    monkeypatch.setattr(blocking, "LARGEST_BLOCK", 2)
    for n in range(3):
        cases.family_in(people.SAGO, nik=f"130199450685000{n + 1}", kk=f"130199050610900{n + 1}")
    result = search()
    assert result.too_large > 0
    assert result.pairs == 0


def test_a_search_over_a_few_leaves_the_keys_and_pairs_of_all_others_alone(twice):
    family = cases.family_in(people.SALIDO, name="Hasan Basri", nik="1301990506700001", kk="1301990506109003")
    cases.family_in(people.SALIDO, name="Hasan Bashri", nik="1301990506700003", kk="1301990506109004")
    search()
    rest = "SELECT person_id, xmin::text, ctid::text FROM households_personkeys WHERE person_id <> %s ORDER BY 1"
    others = (
        "SELECT id, xmin::text, ctid::text FROM households_duplicatecandidate WHERE %s NOT IN (first_id, second_id)"
    )

    def untouched():
        with connection.cursor() as cursor:
            cursor.execute(rest, [family.head_id])
            found = cursor.fetchall()
            cursor.execute(others, [family.head_id])
            return found, cursor.fetchall()

    before = untouched()
    assert len(pairs()) == 2
    assert len(before[1]) == 1
    correct(family.head, name="Ridwan Koto", birth_date=date(1950, 3, 2))
    assert search().people == 1
    assert untouched() == before, "no other row was written"
    assert len(pairs()) == 1, "the corrected pair is gone, the other one stayed"


def test_the_words_of_names_are_counted_once_for_all_and_again_when_many_changed(twice, monkeypatch):
    search()
    counted = dict(NameWord.objects.values_list("word", "people"))
    assert counted == {"": 2, "rosna": 2, "tanyung": 2}
    correct(twice[1], name="Hasan Basri")
    monkeypatch.setattr(searching, "RENEWED", 0.9)
    search()
    assert NameWord.objects.get(word="rosna").people == 2, "one of two is not many here"
    monkeypatch.setattr(searching, "RENEWED", 0.1)
    correct(twice[1], occupation="Petani")
    search()
    assert dict(NameWord.objects.values_list("word", "people")) == {"": 2}


def test_a_rare_name_is_called_rare_once_the_registry_is_large_enough(twice, monkeypatch):
    search()
    assert not {"name_rare", "name_common"} & set(DuplicateCandidate.objects.get().reasons)
    monkeypatch.setattr(searching, "LEAST_PEOPLE", 2)
    correct(twice[1], occupation="Petani")
    search()
    candidate = DuplicateCandidate.objects.select_related("first", "second").get()
    assert "name_common" in candidate.reasons, "both of two people bear it"
    assert list(still_alike(candidate).reasons) == candidate.reasons, "the page adds up the same"


def test_a_rare_name_of_the_mother_is_known_to_the_search_and_to_the_page(twice, monkeypatch):
    monkeypatch.setattr(searching, "LEAST_PEOPLE", 2)
    monkeypatch.setattr(scoring, "RARE", 0.3)
    Person.objects.update(mother_name="Mariam Koto")
    search()
    candidate = DuplicateCandidate.objects.select_related("first", "second").get()
    assert "mother_rare" in candidate.reasons, "nobody among the two is called Mariam or Koto"
    assert list(still_alike(candidate).reasons) == candidate.reasons


def test_progress_is_told_and_ends_at_the_whole(twice):
    told = []
    search(lambda done, whole: told.append((done, whole)))
    assert [done for done, _whole in told] == sorted(done for done, _whole in told)
    assert told[-1] == (1000, 1000)


def test_a_search_that_fails_leaves_the_pairs_as_they_were(twice, monkeypatch):
    search()
    before = list(DuplicateCandidate.objects.values())
    correct(twice[1], name="Hasan Basri")
    monkeypatch.setattr(blocking, "KEEP_FOUND", "SELECT 1/0")
    with pytest.raises(Exception, match="division by zero"):
        search()
    assert list(DuplicateCandidate.objects.values()) == before


def test_the_promised_job_searches(twice):
    job = outbox.promise("households.search_duplicates", persons=[twice[0].pk, twice[1].pk])
    assert outbox.run(job.pk)
    assert OutboxJob.objects.get(pk=job.pk).state == "done"
    assert len(pairs()) == 1
