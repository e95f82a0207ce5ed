"""Columns of the registry's lists; on a phone each row becomes a card."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from households.models import Family, Registration
from slrt.core import crypto
from slrt.core.lists import ListTable, StateColumn
from slrt.core.templatetags.ui import decile as decile_mark
from slrt.core.templatetags.ui import state_tag, tag, tanggal

PER_PAGE = 25


class FamilyTable(ListTable):
    """Families: head, card number masked, place, decile, registration."""

    head = tables.Column(verbose_name=lazy("Kepala keluarga"), order_by="head__name", empty_values=())
    kk = tables.Column(verbose_name=lazy("Nomor KK"), accessor="kk_encrypted", orderable=False)
    village = tables.Column(
        verbose_name=lazy("Desa"), accessor="household__village__name", order_by="household__village_id"
    )
    decile = tables.Column(verbose_name=lazy("Desil"), empty_values=())
    registration = tables.Column(verbose_name=lazy("DTSEN"), empty_values=(), orderable=False)

    class Meta:
        model = Family
        fields = ("head", "kk", "village", "decile", "registration")
        empty_text = lazy("Tidak ada keluarga yang cocok")

    def render_head(self, record: Family) -> Any:
        name = record.head.name if record.head else _("Tanpa kepala keluarga")
        return format_html('<a href="{}">{}</a>', reverse("dashboard:case_file", args=[record.pk]), name)

    def render_kk(self, value: str) -> str:
        return crypto.mask(value)

    def render_decile(self, record: Family) -> Any:
        return decile_mark(record.decile, record.decile_period)

    def render_registration(self, record: Family) -> Any:
        rows = record.registrations.all()
        return state_tag(rows[0]) if rows else tag(_("Belum terdaftar"), "warn")


class RegistrationTable(ListTable):
    """Registrations: who, where, state, since when."""

    head = tables.Column(verbose_name=lazy("Kepala keluarga"), order_by="family__head__name", empty_values=())
    village = tables.Column(
        verbose_name=lazy("Desa"), accessor="family__household__village__name", order_by="family__household__village_id"
    )
    state = StateColumn(verbose_name=lazy("Status"))
    state_since = tables.Column(verbose_name=lazy("Sejak"))

    class Meta:
        model = Registration
        fields = ("head", "village", "state", "state_since")
        empty_text = lazy("Tidak ada pendaftaran di bagian ini")

    def render_head(self, record: Registration) -> Any:
        name = record.family.head.name if record.family.head else _("Tanpa kepala keluarga")
        return format_html('<a href="{}">{}</a>', reverse("households:registration", args=[record.pk]), name)

    def render_state_since(self, value: Any) -> str:
        return tanggal(value)
