"""The form of a sign against receiving aid."""

from django import forms
from django.utils.translation import gettext_lazy as _

from households.choices.registration import Exclusion
from households.forms.fields import CHOOSE


class FlagForm(forms.Form):
    """A sign against receiving aid that somebody saw."""

    code = forms.ChoiceField(
        label=_("Tanda"), choices=Exclusion.choices, widget=forms.RadioSelect, error_messages={"required": CHOOSE}
    )
    evidence = forms.CharField(
        label=_("Apa buktinya"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Tulis apa buktinya.")},
    )
