"""Encrypted numbers: readable with the key, unreadable and unaltered without."""

import pytest
from django.test import override_settings

from slrt.core import crypto

NIK = "1301995212820001"
OLD_KEY = "old:" + "b2xkLWtleS1vbGQta2V5LW9sZC1rZXktb2xkLWtleS0="


def test_a_number_comes_back_as_it_went_in():
    assert crypto.decrypt(crypto.encrypt(NIK)) == NIK


def test_two_encryptions_of_one_number_differ_but_their_index_is_one():
    assert crypto.encrypt(NIK) != crypto.encrypt(NIK)
    assert crypto.blind_index(NIK) == crypto.blind_index(NIK)
    assert crypto.blind_index(NIK) != crypto.blind_index(NIK[:-1] + "2")


def test_the_stored_value_does_not_hold_the_number_and_names_its_key():
    stored = crypto.encrypt(NIK)
    assert NIK.encode() not in stored
    assert stored.startswith(b"t1:")


def test_an_altered_value_is_refused():
    stored = bytearray(crypto.encrypt(NIK))
    stored[-1] ^= 1
    with pytest.raises(ValueError, match="altered"):
        crypto.decrypt(bytes(stored))


def test_after_rotation_old_values_are_still_read_and_new_ones_use_the_new_key(settings):
    with override_settings(FIELD_KEYS=[OLD_KEY]):
        stored = crypto.encrypt(NIK)
    with override_settings(FIELD_KEYS=[*settings.FIELD_KEYS, OLD_KEY]):
        assert crypto.decrypt(stored) == NIK
        assert crypto.encrypt(NIK).startswith(b"t1:")


def test_a_value_under_an_unknown_key_says_so():
    with override_settings(FIELD_KEYS=[OLD_KEY]):
        stored = crypto.encrypt(NIK)
    with pytest.raises(ValueError, match="not in SLRT_FIELD_KEYS"):
        crypto.decrypt(stored)


@pytest.mark.parametrize(("number", "shown"), [(NIK, "1301••••••••0001"), ("12345", "•••••"), ("", "")])
def test_the_mask_shows_first_and_last_four(number, shown):
    assert crypto.mask(number) == shown
