"""An import that waited for locks asks once more who is writing: also whoever came since it first asked is seen."""

import threading

import pytest
from django.db import connections, transaction

from households.importing import meanwhile
from households.models import Household
from tests import cases, people
from tests.registry.races import PATIENCE


@pytest.mark.django_db(transaction=True)
def test_who_connects_and_writes_after_the_first_question_is_seen_at_the_second(places):
    house = cases.family_in(people.SAGO).household
    written, seen = threading.Event(), threading.Event()

    def sari_writes():
        try:
            with transaction.atomic():
                Household.objects.filter(pk=house.pk).update(address="Jalan Baru 5")
                written.set()
                assert seen.wait(PATIENCE)
        finally:
            connections.close_all()

    with transaction.atomic():
        assert meanwhile.mark_now() is not None, "nobody writes"
        sari = threading.Thread(target=sari_writes)
        sari.start()
        try:
            assert written.wait(PATIENCE)
            assert meanwhile.mark_now() is None, "she does, and nothing of it is to be seen yet"
        finally:
            seen.set()
            sari.join(PATIENCE)
