"""The proposal to merge two entries: which stays, and field by field whose value is right."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from households.duplicates import proposing
from households.duplicates.side_by_side import Line, place_of
from households.models import Person
from slrt.core.words import WordsField


class MothersForm(forms.Form):
    """Why somebody wants to read the mothers' names of a pair."""

    purpose = WordsField(
        label=_("Untuk apa nama ibu dilihat"),
        help_text=_("Dicatat di jejak audit. Jangan tulis nama atau nomor orang."),
        max_length=300,
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "required": _("Tulis untuk apa nama ibu dilihat."),
            "min_length": _("Tulis lebih jelas, misalnya: mencocokkan dengan akta kelahiran."),
        },
    )


class MergeForm(forms.Form):
    """One choice for each field in which the entries differ; "first" and "second" as they stand on the page."""

    reason = WordsField(
        label=_("Mengapa ini orang yang sama"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Tulis mengapa kedua data ini orang yang sama.")},
    )
    first_version = forms.IntegerField(widget=forms.HiddenInput)
    second_version = forms.IntegerField(widget=forms.HiddenInput)
    idempotency_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, first: Person, second: Person, lines: list[Line], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [f"{person}: {person.name}, {place_of(person)}" for person in (first, second)]
        self.fields["keep"] = self._choice(_("Data yang dipertahankan"), *people)
        self.fields["keep"].initial = "first"
        for line in lines:
            if line.choice and line.differs:
                self.fields[line.choice] = self._choice(line.label, *_told_apart(line, first, second))
                one, other = (getattr(person, proposing.CHOICES[line.choice][0]) for person in (first, second))
                # What stands there only once is right; of two numbers a person chooses.
                if line.choice != "nik" or not (one and other):
                    self.fields[line.choice].initial = "first" if one else "second"
        if proposing.PLACE in proposing.differing(first, second):
            self.fields[proposing.PLACE] = self._choice(_("Tinggal di"), place_of(first), place_of(second))
            self.fields[proposing.PLACE].initial = "first"
        self.order_fields(["keep", *(name for name in self.fields if name not in ("keep", "reason")), "reason"])

    @staticmethod
    def _choice(label: Any, first: str, second: str) -> forms.ChoiceField:
        return forms.ChoiceField(
            label=label,
            choices=[("first", first), ("second", second)],
            widget=forms.RadioSelect,
            error_messages={"required": _("Pilih mana yang benar.")},
        )

    def choices(self) -> dict[str, str]:
        """Return field -> "kept" or "gone", as the merge wants it."""
        keep = self.cleaned_data["keep"]
        known = (*proposing.CHOICES, proposing.PLACE)
        return {name: "kept" if self.cleaned_data[name] == keep else "gone" for name in known if name in self.fields}


def _told_apart(line: Line, first: Person, second: Person) -> tuple[str, str]:
    """What the two choices are called. What is not written out, or reads alike when masked, is told by the entry it stands on."""
    if not line.said and line.first != line.second:
        return line.first, line.second
    if line.choice == "nik":
        found = [f"{person}: {line.first}, {person.get_nik_match_display()}" for person in (first, second)]
        return found[0], found[1]
    return f"{first}: {line.first}", f"{second}: {line.second}"
