"""The form of a second look."""

from django.utils.translation import gettext_lazy as _

from households.forms.fields import date_field
from slrt.core import clock
from slrt.workflow.pages import VerbForm


class RevisitForm(VerbForm):
    revisited_on = date_field(_("Tanggal tinjau ulang"), initial=clock.today)
