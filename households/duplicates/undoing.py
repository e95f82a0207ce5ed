"""Puts everything back as it was before a merge, or refuses."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from households.duplicates import relations
from households.duplicates.images import ROWS, digest, ids_of, model_of, restore
from households.models import Family, FormerEntry, FormerFamilyCard, FormerNik, Household, Membership, Merge, Person
from slrt.core import clock, outbox
from slrt.core.errors import GuardFailed


def undo(row: Merge) -> None:
    """Put everything back as it was before the merge. Call inside a transaction.

    Raises GuardFailed when anything that hangs on the two entries was changed, added or removed since: nobody could say
    to which of the two it belongs. So it does when somebody else has a number by now that was theirs.
    """
    kept: dict[str, Any] = row.before or {}
    rows = kept["rows"]
    for model in reversed(ROWS):  # households first, as registry events lock them
        list(model._base_manager.select_for_update(of=("self",)).filter(pk__in=ids_of(rows, model)).order_by("pk"))
    if digest(rows) != row.left_as:
        raise GuardFailed(
            "",
            _(
                "Ada yang berubah sesudah penggabungan ini, jadi tidak bisa dikembalikan dengan pasti. "
                "Bila memang dua orang, catat yang satu lagi tanpa NIK, lalu isi NIK-nya lewat Betulkan data anggota dengan alasannya."
            ),
        )
    try:
        with transaction.atomic():
            FormerNik.objects.filter(merge=row).delete()
            FormerEntry.objects.filter(merge=row).delete()
            _put_back(kept)
    except IntegrityError:
        raise GuardFailed(
            "",
            _(
                "NIK atau nomor KK dari data yang digabung sekarang tercatat pada orang atau keluarga lain, "
                "jadi tidak bisa dikembalikan. Perbaiki satu per satu."
            ),
        ) from None
    outbox.promise("households.search_duplicates", persons=[row.kept_id, row.gone_id])


def _put_back(kept: dict[str, Any]) -> None:
    rows = kept["rows"]
    FormerFamilyCard.objects.filter(pk__in=kept["made"]).delete()
    # First nothing stands in anything's way: no number, no open membership. Then everything as it was.
    Person.objects.filter(pk__in=ids_of(rows, Person)).update(nik_index=None)
    Family.objects.filter(pk__in=ids_of(rows, Family)).update(kk_index=None, official_id=None)
    Membership.objects.filter(pk__in=ids_of(rows, Membership), ended_on=None).update(ended_on=clock.today())
    for entry in kept["moved"]:
        relation = next(r for r in relations.to(model_of(entry["target"])) if r.name == entry["relation"])
        found = relation.rows.filter(**{relation.column: entry["to"], f"{relation.identity}__in": entry["ids"]})
        found.update(**{relation.column: entry["of"]})
    for model in (Person, Household, Family, Membership):
        for image in rows[model._meta.label_lower]:
            restore(model, image)
