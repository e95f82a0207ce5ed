"""Form fields for what people say in words."""

from typing import Any

from django import forms

from slrt.core.numbers import masked, masked_whole


class WordsField(forms.CharField):
    """A reason, a note, a finding. A NIK or KK number that somebody writes into it is kept masked."""

    def to_python(self, value: Any) -> str:
        return masked(super().to_python(value) or "")


class ReferenceField(forms.CharField):
    """The number of a letter, a decree or minutes."""

    def to_python(self, value: Any) -> str:
        return masked_whole(super().to_python(value) or "")
