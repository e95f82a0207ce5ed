"""The form of a sign against receiving aid, and the reasons that are written beside many families at once."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from households.choices.registration import Exclusion
from households.forms.fields import CHOOSE
from slrt.core.words import WordsField


class FlagForm(forms.Form):
    """A sign against receiving aid that somebody saw."""

    code = forms.ChoiceField(
        label=_("Tanda"), choices=Exclusion.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )
    evidence = WordsField(
        label=_("Apa buktinya"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa buktinya.")},
    )


def own_reasons(post: QueryDict, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return for registrations the reason that was written beside each, and of which signs it speaks (`exclusions.mark`)."""
    return {
        pk: {
            "override_reason": post.get(f"reason-{pk}", "").strip()[:300],
            "override_for": post.get(f"signs-{pk}", "")[:16],
        }
        for pk in ids
    }
