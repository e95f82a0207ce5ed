"""Columns of the registry's lists; on a phone each row becomes a card."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_lazy as lazy

from households.duplicates.scoring import REASONS
from households.models import DuplicateCandidate, Family, Membership, Merge, Registration
from households.querysets.registration import TO_VERIFY
from slrt.core import crypto
from slrt.core.lists import ListTable, StateColumn
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import decile as decile_mark
from slrt.core.templatetags.ui import state_tag, tag, tanggal

PER_PAGE = 25
REASONS_SHOWN = 3


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


class MemberTable(ListTable):
    """Members of families: who, NIK masked, what they are to the head, whose family, where."""

    name = tables.Column(verbose_name=lazy("Nama"), accessor="person__name")
    nik = tables.Column(verbose_name=lazy("NIK"), accessor="person__nik_encrypted", orderable=False, empty_values=())
    relation = tables.Column(verbose_name=lazy("Hubungan"), empty_values=(), orderable=False)
    head = tables.Column(
        verbose_name=lazy("Keluarga"), accessor="family", order_by="family__head__name", empty_values=()
    )
    village = tables.Column(
        verbose_name=lazy("Desa"),
        accessor="family__household__village__name",
        order_by="family__household__village_id",
    )

    class Meta:
        model = Membership
        fields = ("name", "nik", "relation", "head", "village")
        empty_text = lazy("Tidak ada orang yang cocok")

    def render_nik(self, record: Membership) -> str:
        nik = record.person.nik_encrypted
        return crypto.mask(nik) if nik else _("Tanpa NIK")

    def render_relation(self, record: Membership) -> str:
        return record.get_relation_display()

    def render_head(self, record: Membership) -> Any:
        head = record.family.head
        name = head.name if head else _("Tanpa kepala keluarga")
        return format_html('<a href="{}">{}</a>', reverse("dashboard:case_file", args=[record.family_id]), name)


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
        link = format_html('<a href="{}">{}</a>', reverse("households:registration", args=[record.pk]), name)
        house = record.family.household
        # Heads of one name in one village are told apart by where they live.
        beside = " · ".join(filter(None, (*map(masked, (house.address, house.hamlet)), self._asked(record))))
        return format_html("{}<small>{}</small>", link, beside) if beside else link

    def _asked(self, record: Registration) -> str:
        """Who was asked to verify, while the verification is still to be made."""
        if record.verifier is None or record.state not in TO_VERIFY:
            return ""
        request = getattr(self, "request", None)
        own = request is not None and request.user.pk == record.verifier_id
        return _("Tugas Anda") if own else _("Tugas %(who)s") % {"who": record.verifier}

    def render_state_since(self, value: Any) -> str:
        return tanggal(value)


class DuplicateTable(ListTable):
    """Pairs that look like one person: both names, score, the weightiest reasons. In the order in which their pages lead on."""

    last = "pk"
    pair = tables.Column(verbose_name=gettext_lazy("Dua data"), empty_values=(), orderable=False)
    score = tables.Column(verbose_name=gettext_lazy("Nilai"))
    why = tables.Column(verbose_name=gettext_lazy("Alasan"), accessor="reasons", orderable=False)
    found_at = tables.Column(verbose_name=gettext_lazy("Ditemukan"))

    class Meta:
        model = DuplicateCandidate
        fields = ("pair", "score", "why", "found_at")
        empty_text = gettext_lazy("Tidak ada dugaan ganda di bagian ini")

    def __init__(self, *args: Any, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = query

    def render_pair(self, record: DuplicateCandidate) -> Any:
        url = reverse("households:duplicate", args=[record.pk]) + self.query
        return format_html(
            '<a href="{}">{}</a><small>{} · {}</small>', url, record.first.name, record.second.name, _born_twice(record)
        )

    def render_why(self, value: list[str]) -> str:
        return ", ".join(str(REASONS[code][1]) for code in value[:REASONS_SHOWN] if code in REASONS)

    def render_found_at(self, value: Any) -> str:
        return tanggal(value)


def _born_twice(record: DuplicateCandidate) -> str:
    days = dict.fromkeys((tanggal(record.first.birth_date), tanggal(record.second.birth_date)))
    return " / ".join(days)


class MergeTable(ListTable):
    """Merges: which entry goes into which, who proposed it, since when."""

    pair = tables.Column(verbose_name=gettext_lazy("Dua data"), empty_values=(), orderable=False)
    proposed_by = tables.Column(verbose_name=gettext_lazy("Diusulkan oleh"), orderable=False)
    state = StateColumn(verbose_name=gettext_lazy("Status"))
    state_since = tables.Column(verbose_name=gettext_lazy("Sejak"))

    class Meta:
        model = Merge
        fields = ("pair", "proposed_by", "state", "state_since")
        empty_text = gettext_lazy("Tidak ada penggabungan di bagian ini")

    def render_pair(self, record: Merge) -> Any:
        url = reverse("households:merge", args=[record.pk])
        return format_html('<a href="{}">{}</a><small>{} → {}</small>', url, record.kept.name, record.gone, record.kept)

    def render_state_since(self, value: Any) -> str:
        return tanggal(value)
