"""Form fields for what people say in words."""

from typing import Any

from django import forms

from slrt.core.numbers import masked


class WordsField(forms.CharField):
    """A reason, a note, a finding. A NIK or KK number that somebody writes into it is kept masked."""

    def to_python(self, value: Any) -> str:
        return masked(super().to_python(value) or "")
