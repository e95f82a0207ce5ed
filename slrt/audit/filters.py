"""What the trail can be narrowed by."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from slrt.accounts.models import User
from slrt.audit.models import AuditEntry
from slrt.core.filtering import NarrowedFilter


class AuditFilter(NarrowedFilter):
    """By person, kind, subject and place."""

    actor = django_filters.ModelChoiceFilter(
        queryset=User.objects.order_by("username"), label=_("Oleh"), empty_label=_("Semua")
    )
    kind = django_filters.ChoiceFilter(choices=AuditEntry.Kind.choices, label=_("Jenis"), empty_label=_("Semua"))
    subject_id = django_filters.NumberFilter(label=_("Nomor baris"), widget=forms.NumberInput(attrs={"max": 10**12}))
    place = django_filters.CharFilter(
        lookup_expr="startswith", label=_("Kode wilayah"), widget=forms.TextInput(attrs={"maxlength": 13})
    )

    class Meta:
        model = AuditEntry
        fields: list[str] = []
