"""Pairs that look like one person, and merges: the rows their page shows, and the columns of the files that hold them."""

from typing import Any

from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from households.choices.duplicates import DuplicateState, MergeState
from households.duplicates.scoring import REASONS
from households.filters import DuplicateFilter
from households.models import DuplicateCandidate, Membership, Merge
from households.tables import DuplicateTable, MergeTable
from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, person, register

PAIR_TABS: dict[str, tuple[Any, str]] = {
    "open": (_("Dugaan ganda"), DuplicateState.OPEN),
    "dismissed": (_("Bukan orang yang sama"), DuplicateState.DISMISSED),
}
MERGE_TABS: dict[str, tuple[Any, str]] = {
    "proposed": (_("Usulan penggabungan"), MergeState.PROPOSED),
    "merged": (_("Sudah digabung"), MergeState.MERGED),
}


def pairs_shown(asked: Asked) -> Shown:
    """Pairs of one part of the page, the most alike first. Both persons live where the one who asks may see duplicates."""
    label, state = PAIR_TABS.get(asked.params.get("tab", ""), PAIR_TABS["open"])
    visible = DuplicateCandidate.objects.visible_to(asked.user).current().filter(state=state)
    narrowed = DuplicateFilter(asked.params, visible, request=asked)
    table = DuplicateTable(narrowed.qs, order_by=asked.params.getlist("sort") or "-score")
    return Shown(table.data.data, narrowed, part=label)


def merges_shown(asked: Asked) -> Shown:
    """Merges of one part of the page, newest first."""
    label, state = MERGE_TABS.get(asked.params.get("tab", ""), MERGE_TABS["proposed"])
    visible = Merge.objects.visible_to(asked.user).filter(state=state)
    table = MergeTable(visible, order_by=asked.params.getlist("sort"))
    return Shown(table.data.data, part=label)


def _village(person: str) -> Subquery:
    lives = Membership.objects.open().filter(person=OuterRef(person))
    return Subquery(lives.values("family__household__village__name")[:1])


def _pairs_in(areas: tuple[str, ...]) -> Q:
    return Q(pk__in=DuplicateCandidate.objects.lying_in(areas).order_by().values("pk"))


def _merges_in(areas: tuple[str, ...]) -> Q:
    return Q(pk__in=Merge.objects.lying_in(areas).order_by().values("pk"))


register(
    Listing(
        key="ganda",
        title=_("Data ganda"),
        permission=Permission.DUPLICATE_VIEW,
        page="households:duplicates",
        shown=pairs_shown,
        lies=_pairs_in,
        bounded=True,
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="GANDA-{}"),
            Column(_("Orang pertama"), "first_id", Kind.SHAPED, shape="ORG-{}"),
            Column(_("Nama orang pertama"), "first__name"),
            Column(_("NIK orang pertama"), "first__nik_encrypted", Kind.GUARDED),
            Column(_("Tanggal lahir orang pertama"), "first__birth_date", Kind.DATE),
            Column(_("Desa orang pertama"), _village("first")),
            Column(_("Orang kedua"), "second_id", Kind.SHAPED, shape="ORG-{}"),
            Column(_("Nama orang kedua"), "second__name"),
            Column(_("NIK orang kedua"), "second__nik_encrypted", Kind.GUARDED),
            Column(_("Tanggal lahir orang kedua"), "second__birth_date", Kind.DATE),
            Column(_("Desa orang kedua"), _village("second")),
            Column(_("Nilai"), "score", Kind.WHOLE),
            Column(_("Alasan"), "reasons", Kind.CODES, {code: words for code, (_points, words) in REASONS.items()}),
            Column(_("Status"), "state", Kind.CODE, dict(DuplicateState.choices)),
            Column(_("Ditemukan"), "found_at", Kind.MOMENT),
        ),
    ),
    Listing(
        key="penggabungan",
        title=_("Penggabungan"),
        permission=Permission.DUPLICATE_VIEW,
        page="households:duplicates",
        shown=merges_shown,
        lies=_merges_in,
        columns=(
            Column(_("Nomor"), "pk", Kind.SHAPED, shape="GAB-{}"),
            Column(_("Data yang dipertahankan"), "kept_id", Kind.SHAPED, shape="ORG-{}"),
            Column(_("Nama pada data yang dipertahankan"), "kept__name"),
            Column(_("Desa"), _village("kept")),
            Column(_("Data yang digabungkan"), "gone_id", Kind.SHAPED, shape="ORG-{}"),
            Column(_("Nama pada data yang digabungkan"), "gone__name"),
            Column(_("Diusulkan oleh"), person("proposed_by")),
            Column(_("Status"), "state", Kind.CODE, dict(MergeState.choices)),
            Column(_("Sejak"), "state_since", Kind.MOMENT),
        ),
    ),
)
