"""A step that takes a scanned paper."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.workflow.pages import VerbForm

ACCEPTED_PAPERS = {"accept": ".pdf,.jpg,.jpeg,.png"}


class PaperForm(VerbForm):
    """A step that takes a scanned paper; its content decides what it is, in `households/papers.py`."""

    kind = ""
    column = ""
    file = forms.FileField(
        label=_("Pindaian surat (PDF, JPG, atau PNG)"),
        widget=forms.FileInput(attrs=ACCEPTED_PAPERS),
        allow_empty_file=True,
        error_messages={"required": _("Pilih dulu berkasnya.")},
    )

    def entered(self) -> dict[str, Any]:
        return {name: value for name, value in super().entered().items() if name != "file"}
