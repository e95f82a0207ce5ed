"""A form sent twice makes one record."""

from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from slrt.core import idempotency
from slrt.core.errors import Malformed
from slrt.core.models import IdempotencyKey, RateBucket


@pytest.fixture
def key():
    return uuid4()


@pytest.mark.django_db
def test_the_second_sending_gets_the_first_answer(key):
    made = []

    def make():
        made.append(1)
        return len(made)

    assert idempotency.once(key, user_id=1, purpose="x", make=make) == ("1", True)
    assert idempotency.once(key, user_id=1, purpose="x", make=make) == ("1", False)
    assert made == [1]


@pytest.mark.django_db
def test_a_failure_leaves_no_key_so_the_form_can_be_sent_again(key):
    def fail():
        raise RuntimeError

    with pytest.raises(RuntimeError):
        idempotency.once(key, user_id=1, purpose="x", make=fail)
    assert not IdempotencyKey.objects.exists()
    assert idempotency.once(key, user_id=1, purpose="x", make=lambda: 7) == ("7", True)


@pytest.mark.django_db
@pytest.mark.parametrize(("user_id", "purpose"), [(2, "x"), (1, "y")])
def test_a_key_of_another_person_or_form_is_refused(key, user_id, purpose):
    idempotency.once(key, user_id=1, purpose="x", make=lambda: 1)
    with pytest.raises(Malformed, match="Buka lagi halamannya"):
        idempotency.once(key, user_id=user_id, purpose=purpose, make=lambda: 2)


@pytest.mark.django_db
def test_a_key_that_is_none_is_refused_and_nothing_is_made():
    with pytest.raises(Malformed):
        idempotency.once("abc", user_id=1, purpose="x", make=pytest.fail)


@pytest.mark.django_db(transaction=True)
def test_five_sendings_at_one_moment_make_one_record(key):
    start = Barrier(5)
    answers = []

    def make():
        return RateBucket.objects.create(key="made", window=len(RateBucket.objects.all())).pk

    def send():
        start.wait()
        answers.append(idempotency.once(key, user_id=1, purpose="x", make=make))
        connection.close()

    threads = [Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert RateBucket.objects.filter(key="made").count() == 1
    assert len({result for result, _fresh in answers}) == 1
    assert sorted(fresh for _result, fresh in answers) == [False] * 4 + [True]
