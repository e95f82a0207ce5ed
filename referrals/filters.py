"""What the list of referrals can be narrowed by."""

from typing import Any

import django_filters
from django.utils.translation import gettext_lazy as _

from households.filters import NarrowedFilter
from programs.models import Programme
from referrals.models import Referral
from slrt.accounts.models import Organisation
from slrt.core import clock
from slrt.core.filtering import ROW_NUMBER


class ReferralFilter(NarrowedFilter):
    """Referrals by number, programme, receiver, lateness."""

    number = django_filters.CharFilter(method="filter_number", label=_("Nomor"), widget=ROW_NUMBER)
    programme = django_filters.ModelChoiceFilter(
        queryset=Programme.objects.active(), label=_("Program"), empty_label=_("Semua")
    )
    receiver = django_filters.ModelChoiceFilter(
        queryset=Organisation.objects.active(), label=_("Lembaga"), empty_label=_("Semua")
    )
    late = django_filters.ChoiceFilter(
        choices=[("1", _("Lewat tenggat"))], method="filter_late", label=_("Tenggat"), empty_label=_("Semua")
    )

    class Meta:
        model = Referral
        fields: list[str] = []

    def filter_number(self, queryset: Any, name: str, value: str) -> Any:
        digits = "".join(sign for sign in value if sign.isdigit())
        return queryset.filter(pk=int(digits)) if digits and len(digits) < 18 else queryset.none()

    def filter_late(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.overdue(clock.now())
