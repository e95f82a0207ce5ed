"""Sentences kept as message and values apart, so that each reader gets them in their own language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext, override

HOW_MANY = re.compile(r"%\((\w+)\)d")


@dataclass(frozen=True)
class Sentence:
    """A message marked with gettext_noop and the values in it: numbers, texts as they are, words of ours (lazy), other sentences.

    What stands as `%(name)d` is how many there are and is written as pages write it, 106.740; a year stands as `%(name)s`. An empty
    message says nothing.
    """

    message: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        said = gettext(self.message) if self.message else ""
        if not self.values:
            return said
        many = {name: number_format(int(self.values[name]), force_grouping=True) for name in HOW_MANY.findall(said)}
        return HOW_MANY.sub(r"%(\1)s", said) % {**self.values, **many}

    def as_written(self) -> str:
        """In the language the messages are written in, whoever asks."""
        with override(settings.LANGUAGE_CODE):
            return str(self)

    def kept(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return {"message": self.message, "values": {name: _kept(value) for name, value in self.values.items()}}

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "Sentence":
        """What `kept` returned, as a sentence again."""
        values = kept["values"].items()
        return cls(kept["message"], {n: cls.of(value) if isinstance(value, dict) else value for n, value in values})


def _kept(value: Any) -> Any:
    if isinstance(value, Promise):
        with override(None):
            value = Sentence(str(value))
    return value.kept() if isinstance(value, Sentence) else value
