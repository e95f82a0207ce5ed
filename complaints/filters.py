"""What the inbox can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from complaints.choices import ComplaintKind, Issue, Sector, Urgency
from complaints.models import Complaint
from households.filters import NarrowedFilter, villages_of
from slrt.core import clock
from slrt.core.filtering import ROW_NUMBER


class ComplaintFilter(NarrowedFilter):
    """Complaints by number, kind, sector, issue, urgency, place, lateness."""

    village_field = "village_id"
    number = django_filters.CharFilter(method="filter_number", label=_("Nomor"), widget=ROW_NUMBER)
    kind = django_filters.ChoiceFilter(choices=ComplaintKind.choices, label=_("Jenis"), empty_label=_("Semua"))
    sector = django_filters.ChoiceFilter(choices=Sector.choices, label=_("Bidang"), empty_label=_("Semua"))
    issue = django_filters.ChoiceFilter(choices=Issue.choices, label=_("Pokok masalah"), empty_label=_("Semua"))
    urgency = django_filters.ChoiceFilter(choices=Urgency.choices, label=_("Kegentingan"), empty_label=_("Semua"))
    village = django_filters.ModelChoiceFilter(
        queryset=villages_of, method="filter_village", label=_("Desa"), empty_label=_("Semua")
    )
    late = django_filters.ChoiceFilter(
        choices=[("1", _("Lewat tenggat"))], method="filter_late", label=_("Tenggat"), empty_label=_("Semua")
    )

    class Meta:
        model = Complaint
        fields: list[str] = []

    def filter_number(self, queryset: Any, name: str, value: str) -> Any:
        digits = "".join(sign for sign in value if sign.isdigit())
        return queryset.filter(pk=int(digits)) if digits and len(digits) < 18 else queryset.none()

    def filter_late(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.overdue(clock.now())
