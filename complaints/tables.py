"""Columns of the inbox."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from complaints.choices import ComplaintKind, Issue
from complaints.models import Complaint
from complaints.workflow import COMPLAINT
from slrt.core.lists import ListTable, StateColumn
from slrt.core.templatetags.ui import deadline, tag


class ComplaintTable(ListTable):
    """What, who, where, state, deadline."""

    issue = tables.Column(verbose_name=lazy("Keluhan"), accessor="pk", order_by="issue")
    family = tables.Column(verbose_name=lazy("Keluarga"), empty_values=(), order_by="head_here")
    village = tables.Column(verbose_name=lazy("Desa"), accessor="village__name", order_by="village_id")
    state = StateColumn(verbose_name=lazy("Status"))
    due_at = tables.Column(verbose_name=lazy("Tenggat"))

    class Meta:
        model = Complaint
        fields = ("issue", "family", "village", "state", "due_at")
        empty_text = lazy("Tidak ada keluhan di bagian ini")

    def render_issue(self, record: Complaint) -> Any:
        urgent = tag(_("Genting"), "bad") if record.urgency == "urgent" else ""
        link = format_html(
            '<a href="{}">{}</a>', reverse("complaints:detail", args=[record.pk]), Issue(record.issue).label
        )
        return format_html(
            '{} {}<small class="d-block">{} · {}</small>', link, urgent, record.number, ComplaintKind(record.kind).label
        )

    def render_family(self, record: Complaint) -> str:
        if record.head_here:
            return str(record.head_here)
        if record.family_id and not record.family_here:
            return _("Pindah ke luar wilayah")
        return _("Tanpa nama") if record.anonymous else "–"

    def render_due_at(self, record: Complaint) -> Any:
        if record.state in COMPLAINT.final:
            return ""
        due = record.response_due_at if record.responded_at is None else record.due_at
        return deadline(due, record.paused_at is not None)
