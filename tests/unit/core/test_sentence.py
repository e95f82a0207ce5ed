"""A sentence that was kept is read in the reader's language, its numbers as pages write them, wherever it was kept."""

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy, gettext_noop

from slrt.core.sentence import Sentence

PHOTOS = gettext_noop("%(n)d foto disegel.")
REMINDED = gettext_noop("Hari libur yang berpindah tanggal untuk tahun %(year)s belum diisi.")


@pytest.mark.parametrize(("language", "said"), [("id", "1.204 foto disegel."), ("en", "1,204 photos sealed.")])
def test_how_many_there_are_is_written_as_the_reader_writes_it(language, said):
    kept = Sentence(PHOTOS, {"n": 1204}).kept()
    with translation.override(language):
        assert str(Sentence.of(kept)) == said


def test_a_year_is_no_number_of_things():
    assert "2026" in str(Sentence(REMINDED, {"year": 2026}))


def test_without_a_message_nothing_is_said():
    assert str(Sentence("", {"n": 3})) == ""


def test_values_that_the_message_does_not_name_are_kept_and_not_said():
    sentence = Sentence(PHOTOS, {"n": 2, "family": 17, "word": gettext_lazy("Selesai.")})
    assert str(Sentence.of(sentence.kept())) == "2 foto disegel."


def test_as_written_is_indonesian_for_whoever_asks():
    with translation.override("en"):
        assert Sentence(PHOTOS, {"n": 1204}).as_written() == "1.204 foto disegel."
