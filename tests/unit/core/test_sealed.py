"""A sealed file gives back what it was given, or says that it was tampered with; never something else."""

import hashlib

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from slrt.core import sealed
from slrt.core.sealed import Unsealable, digest, seal, unseal


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.binary(max_size=50), max_size=20))
def test_what_goes_in_comes_out(tmp_path, chunks):
    real, sealed.PART_BYTES = sealed.PART_BYTES, 32
    try:
        made = seal(chunks, tmp_path / "x", "a")
        whole = b"".join(chunks)
        assert b"".join(unseal(tmp_path / "x", "a")) == whole
        assert made == digest(chunks)
        assert (made.digest, made.size) == (hashlib.sha256(whole).hexdigest(), len(whole))
    finally:
        sealed.PART_BYTES = real


@pytest.fixture
def path(tmp_path, monkeypatch):
    monkeypatch.setattr(sealed, "PART_BYTES", 8)
    seal([b"Rosna Tanjung, Sago Salido"], tmp_path / "x", "export:1")
    return tmp_path / "x"


def test_nothing_lies_in_clear(path):
    assert b"Rosna" not in path.read_bytes()
    assert path.stat().st_mode & 0o077 == 0


def test_every_changed_byte_is_found(path):
    data = path.read_bytes()
    for place in range(len(data)):
        path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(Unsealable):
            list(unseal(path, "export:1"))


def test_every_cut_is_found(path):
    data = path.read_bytes()
    for length in range(len(data)):
        path.write_bytes(data[:length])
        with pytest.raises(Unsealable):
            list(unseal(path, "export:1"))


def test_something_added_or_swapped_is_found(path):
    data = path.read_bytes()
    part = 4 + 8 + 16
    body = len(data) - (3 * part + 4 + 2 + 16)
    first, second = data[body : body + part], data[body + part : body + 2 * part]
    for other in (data + b"\0\0\0\x10" + bytes(16), data[:body] + second + first + data[body + 2 * part :]):
        path.write_bytes(other)
        with pytest.raises(Unsealable):
            list(unseal(path, "export:1"))


def test_a_file_in_anothers_place_is_found(path):
    with pytest.raises(Unsealable):
        list(unseal(path, "export:2"))


def test_another_key_does_not_open_it(path, settings):
    settings.FIELD_KEYS = ["t2:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA="]
    with pytest.raises(Unsealable):
        list(unseal(path, "export:1"))


def test_an_old_key_still_opens_it_after_rotation(path, settings):
    settings.FIELD_KEYS = ["t2:ZmVkY2JhOTg3NjU0MzIxMGZlZGNiYTk4NzY1NDMyMTA=", *settings.FIELD_KEYS]
    assert b"".join(unseal(path, "export:1")) == b"Rosna Tanjung, Sago Salido"


def test_a_fault_while_writing_leaves_no_file(tmp_path):
    def chunks():
        yield b"half"
        raise RuntimeError

    with pytest.raises(RuntimeError):
        seal(chunks(), tmp_path / "x")
    assert list(tmp_path.iterdir()) == []
