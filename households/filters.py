"""What lists of the registry can be narrowed by."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from households.models import DuplicateCandidate, Family, Registration, Visit
from households.search import name_matches
from slrt.accounts.models import Assignment, User
from slrt.accounts.querysets import within
from slrt.accounts.roles import Permission, roles_with
from slrt.core import clock, filtering
from slrt.regions.models import Region

# A NIK typed here would stand in the address; it is looked for on the page of families, which sends it otherwise.
NAME = forms.TextInput(
    attrs={"pattern": "[^0-9]*", "title": _("Nama saja, tanpa angka. NIK dicari di halaman Keluarga.")}
)


class NarrowedFilter(filtering.NarrowedFilter):
    """A filter set that also knows which villages the person may choose."""

    village_field = ""

    def filter_village(self, queryset: Any, name: str, value: Region) -> Any:
        return queryset.filter(**{self.village_field: value.code})


def villages_of(request: Any) -> Any:
    """Return the villages of the person's areas for a choice list."""
    areas = request.user.areas_for(Permission.FAMILY_VIEW)
    return Region.objects.villages().filter(within(areas, "code")).order_by("name")


class FamilyFilter(NarrowedFilter):
    """Families by place, decile and registration."""

    village_field = "household__village_id"
    village = django_filters.ModelChoiceFilter(
        queryset=villages_of, method="filter_village", label=_("Desa"), empty_label=_("Semua")
    )
    decile = django_filters.ChoiceFilter(
        choices=[(str(n), str(n)) for n in range(1, 11)], label=_("Desil"), empty_label=_("Semua")
    )
    listed = django_filters.ChoiceFilter(
        choices=[("yes", _("Terdaftar")), ("no", _("Belum terdaftar"))],
        method="filter_listed",
        label=_("DTSEN"),
        empty_label=_("Semua"),
    )

    class Meta:
        model = Family
        fields: list[str] = []

    def filter_listed(self, queryset: Any, name: str, value: str) -> Any:
        listed = Exists(Registration.objects.listed().filter(family=OuterRef("pk")))
        return queryset.filter(listed if value == "yes" else ~listed)


class RegistrationFilter(NarrowedFilter):
    """Registrations by place and name."""

    village_field = "family__household__village_id"
    village = django_filters.ModelChoiceFilter(
        queryset=villages_of, method="filter_village", label=_("Desa"), empty_label=_("Semua")
    )
    name = django_filters.CharFilter(method="filter_name", label=_("Nama"), widget=NAME)
    verifier = django_filters.ChoiceFilter(
        choices=[("me", _("Saya")), ("nobody", _("Belum ada"))],
        method="filter_verifier",
        label=_("Verifikasi ditugaskan kepada"),
        empty_label=_("Semua"),
    )

    class Meta:
        model = Registration
        fields: list[str] = []

    def filter_verifier(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.to_verify_by(self.request.user if value == "me" else None)

    def filter_name(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(family__in=Family.objects.filter(name_matches(value)))


MONTHS = 12  # that a list of visits can be narrowed to, the present one first


def month_of(day: date) -> str:
    """Return a day's month as an address says it: 2026-11."""
    return f"{day:%Y-%m}"


def _months() -> list[tuple[str, str]]:
    """The last months with their names."""
    now = clock.today()
    counted = (divmod(now.year * 12 + now.month - 1 - back, 12) for back in range(MONTHS))
    firsts = [date(year, month + 1, 1) for year, month in counted]
    return [(month_of(first), date_format(first, "F Y")) for first in firsts]


def _visitors(request: Any) -> Any:
    """Who visits, or did, in the person's areas."""
    areas = request.user.areas_for(Permission.FAMILY_VIEW)
    roles = roles_with(Permission.VISIT_WRITE)
    there = Assignment.objects.filter(within(areas, "area__code"), role__in=roles)
    return User.objects.filter(pk__in=there.values("user")).order_by("full_name", "username")


class VisitFilter(NarrowedFilter):
    """Visits that are over by who made them, the month they were sent in, and place."""

    village_field = "village_id"
    facilitator = django_filters.ModelChoiceFilter(queryset=_visitors, label=_("Oleh"), empty_label=_("Semua"))
    month = django_filters.ChoiceFilter(
        choices=_months, method="filter_month", label=_("Terkirim pada bulan"), empty_label=_("Semua")
    )
    village = django_filters.ModelChoiceFilter(
        queryset=villages_of, method="filter_village", label=_("Desa"), empty_label=_("Semua")
    )

    class Meta:
        model = Visit
        fields: list[str] = []

    def filter_month(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.sent_in(date.fromisoformat(f"{value}-01"))


class DuplicateFilter(NarrowedFilter):
    """Pairs by the village of either person and by score."""

    village = django_filters.ModelChoiceFilter(
        queryset=villages_of, method="filter_village", label=_("Desa"), empty_label=_("Semua")
    )
    least = django_filters.ChoiceFilter(
        choices=[("95", _("95 ke atas")), ("85", _("85 ke atas"))],
        method="filter_least",
        label=_("Nilai"),
        empty_label=_("Semua"),
    )

    class Meta:
        model = DuplicateCandidate
        fields: list[str] = []

    def filter_village(self, queryset: Any, name: str, value: Region) -> Any:
        return queryset.in_region(value.code)

    def filter_least(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(score__gte=int(value))
