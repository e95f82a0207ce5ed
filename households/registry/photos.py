"""Photos of families and visits: kept, shown by permission, taken out of sight.

What a photo may be: `drawing`; where its file lies: `photo_files`.
"""

import hashlib
import secrets
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from households.choices.photo import HOUSE_PHOTOS, PhotoKind
from households.models import Family, Person, Photo, Visit
from households.questionnaire import consent
from households.registry.drawing import draw_anew
from households.registry.photo_files import FOLDER, SEALED, path_of, read, storage
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit import trail
from slrt.core import clock, sealed
from slrt.core.errors import GuardFailed, NotPermitted


def demand_identity(by: User, place: Any) -> None:
    """Raise NotPermitted unless the person may see photos of identity cards there."""
    decision = may(by, Permission.PHOTO_IDENTITY, place)
    if not decision:
        raise NotPermitted(decision.reason)


def add(
    data: bytes,
    *,
    by: User,
    kind: str,
    family: Family | None = None,
    visit: Visit | None = None,
    person: Person | None = None,
) -> Photo:
    """Keep a photo of a family or of a visit that is still a draft.

    Raises NotPermitted, or GuardFailed that says why the file is refused; then nothing is kept.
    """
    place: Any = family if family is not None else visit
    _demand_change(by, family, visit)
    if kind == PhotoKind.KTP:
        demand_identity(by, place)
        if family is not None and person is None:
            raise GuardFailed("person", _("Pilih pemilik KTP ini."))
    if person is not None and (family is None or not family.memberships.open().filter(person=person).exists()):
        raise GuardFailed("person", _("Orang ini bukan anggota keluarga ini lagi. Muat ulang halamannya."))
    drawn = draw_anew(data)
    now = clock.now()
    photo = Photo(
        kind=PhotoKind(kind),
        family=family,
        household=family.household if family is not None and kind in HOUSE_PHOTOS else None,
        visit=visit,
        person=person if kind == PhotoKind.KTP else None,
        sha256=hashlib.sha256(drawn.data).hexdigest(),
        size=len(drawn.data),
        width=drawn.width,
        height=drawn.height,
        taken_at=drawn.taken_at or now,
        added_at=now,
        added_by=by,
    )
    with transaction.atomic():
        again = Photo.objects.kept().filter(sha256=photo.sha256, kind=kind, family=family, visit=visit).exists()
        if again:
            raise GuardFailed("file", _("Foto yang sama sudah ada di sini."))
        key = secrets.token_hex(20)
        photo.name = f"{FOLDER}/{key[:2]}/{key}{SEALED}"
        sealed.seal([drawn.data], path_of(photo.name), photo.name)
        photo.save()
        trail.write("photo_add", place, by=by, photo=photo.pk, kind=kind)
    return photo


def _demand_change(by: User, family: Family | None, visit: Visit | None) -> None:
    if family is not None:
        decision = may(by, Permission.FAMILY_CHANGE, family)
    elif visit is not None:
        decision = may(by, Permission.VISIT_WRITE, visit)
        if visit.facilitator_id != by.pk:
            raise NotPermitted(_("Ini kunjungan orang lain."))
        if not consent.is_given(visit.answers):
            raise GuardFailed("file", _("Keluarga harus setuju dulu datanya dicatat."))
    else:
        raise ValueError("A photo belongs to a family or a visit.")
    if not decision:
        raise NotPermitted(decision.reason)


def opened(photo: Photo, *, by: User) -> bytes:
    """Return the bytes of a visible photo; a KTP asks for its own permission and leaves a line in the trail.

    Raises NotPermitted, FileNotFoundError when the file is gone, Unsealable when it is not what was kept.
    """
    if photo.kind == PhotoKind.KTP:
        demand_identity(by, photo)
        trail.read("photo", photo, by=by, family=photo.family_id, person=photo.person_id)
    try:
        return read(photo.name)
    except FileNotFoundError:
        photo.refresh_from_db(fields=["name"])  # it may have been sealed just now, under another name
        return read(photo.name)


def remove(photo: Photo, *, by: User, reason: str) -> Photo:
    """Take a photo out of sight, with a reason; its file stays until the retention time is over."""
    with transaction.atomic():
        row = Photo.objects.select_for_update(of=("self",)).get(pk=photo.pk)
        _demand_change(by, row.family, None if row.family is not None else row.visit)
        if row.kind == PhotoKind.KTP:
            demand_identity(by, row)
        if row.removed_at is not None:
            raise GuardFailed("reason", _("Foto ini sudah dihapus."))
        if not reason.strip():
            raise GuardFailed("reason", _("Tulis alasan foto ini dihapus."))
        _out_of_sight(row, by, reason)
    return row


def _out_of_sight(row: Photo, by: User, reason: str) -> None:
    row.removed_at, row.removed_by, row.removed_reason = clock.now(), by, reason.strip()[:200]
    row.save()
    place: Any = row.family if row.family is not None else row.visit
    trail.write("photo_remove", place, by=by, note=row.removed_reason, photo=row.pk, kind=row.kind)


def drop(visit: Visit, *, by: User, reason: str) -> int:
    """Drop the photos of a refused visit, files and all; return how many. Call inside the transaction that records it.

    A file whose deletion is cut off is one that no row names, and `clear_away` finds it.
    """
    photos = list(Photo.objects.kept().filter(visit=visit, family=None).select_for_update(of=("self",)))
    for row in photos:
        name, row.name = row.name, ""
        _out_of_sight(row, by, reason)
        transaction.on_commit(partial(storage().delete, name))
    return len(photos)


def give_up(visit: Visit) -> int:
    """Delete the photos of a draft that is deleted, rows and files; return how many. Call inside the transaction that deletes it."""
    photos = list(Photo.objects.filter(visit=visit, family=None).select_for_update(of=("self",)))
    for row in photos:
        if row.name:
            transaction.on_commit(partial(storage().delete, row.name))
        row.delete()
    return len(photos)


def take_over(visit: Visit, family: Family) -> int:
    """Give the photos of a sent visit to its family; return how many. Call inside the transaction that sends it."""
    waiting = Photo.objects.filter(visit=visit, family=None)
    waiting.filter(kind__in=HOUSE_PHOTOS).update(household=family.household_id)
    return waiting.update(family=family)
