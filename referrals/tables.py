"""Columns of the list of referrals."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as lazy

from referrals.models import Referral
from referrals.workflow import WITH_RECEIVER
from slrt.core.lists import ListTable, StateColumn
from slrt.core.templatetags.ui import deadline


class ReferralTable(ListTable):
    """Programme, family, receiver, state, deadline."""

    programme = tables.Column(verbose_name=lazy("Rujukan"), order_by="programme__name")
    family = tables.Column(verbose_name=lazy("Keluarga"), empty_values=(), order_by="family__head__name")
    receiver = tables.Column(verbose_name=lazy("Lembaga"), accessor="receiver__name", order_by="receiver__name")
    state = StateColumn(verbose_name=lazy("Status"))
    due_at = tables.Column(verbose_name=lazy("Tenggat jawaban"))

    class Meta:
        model = Referral
        fields = ("programme", "family", "receiver", "state", "due_at")
        empty_text = lazy("Tidak ada rujukan di bagian ini")

    def render_programme(self, record: Referral) -> Any:
        url = reverse("referrals:detail", args=[record.pk])
        return format_html(
            '<a href="{}">{}</a><small class="d-block">{}</small>', url, record.programme.name, record.number
        )

    def render_family(self, record: Referral) -> str:
        return record.family.head.name if record.family.head else "–"

    def render_due_at(self, record: Referral, value: Any) -> Any:
        return deadline(value) if record.state in WITH_RECEIVER else ""
