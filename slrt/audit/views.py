"""The auditor reads the trail: who did or saw what, when, where."""

from typing import Any

import django_filters
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit.models import AuditEntry
from slrt.core.errors import NotPermitted

PER_PAGE = 50


class AuditFilter(django_filters.FilterSet):
    """By person, kind, subject and place."""

    actor = django_filters.ModelChoiceFilter(
        queryset=User.objects.order_by("username"), label=_("Oleh"), empty_label=_("Semua")
    )
    kind = django_filters.ChoiceFilter(choices=AuditEntry.Kind.choices, label=_("Jenis"), empty_label=_("Semua"))
    subject_id = django_filters.NumberFilter(label=_("Nomor baris"))
    place = django_filters.CharFilter(lookup_expr="startswith", label=_("Kode wilayah"))

    class Meta:
        model = AuditEntry
        fields: list[str] = []

    @property
    def is_narrowed(self) -> bool:
        """Whether any filter is set."""
        return any(self.data.get(name) for name in self.filters)


@login_required
def audit_list(request: StaffRequest) -> HttpResponse:
    """The trail of the auditor's area, newest first."""
    decision = may(request.user, Permission.AUDIT_VIEW)
    if not decision:
        raise NotPermitted(decision.reason)
    narrowed = AuditFilter(request.GET, AuditEntry.objects.visible_to(request.user).select_related("actor"))
    page = Paginator(narrowed.qs, PER_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context: dict[str, Any] = {"page": page, "filter": narrowed, "query": f"{query.urlencode()}&" if query else ""}
    return render(request, "audit/list.html", context)
