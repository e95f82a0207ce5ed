"""Asking for a list, taking the file, throwing it away."""

from collections.abc import Iterator
from itertools import chain
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.core import clock, outbox
from slrt.core.bounded import Beyond, up_to
from slrt.core.errors import GuardFailed, TransitionNotAllowed
from slrt.core.sealed import Unsealable, unseal
from slrt.exports import building
from slrt.exports.choices import OPEN_STATES, ExportFormat, ExportState
from slrt.exports.entitlement import demand_listing, demand_reach, note, rows_for
from slrt.exports.models import UNCOUNTED, Export
from slrt.exports.registry import FORM, FULL_NUMBERS, LISTINGS, Asked, Listing


def ask(
    listing: Listing,
    asked: Asked,
    *,
    purpose: str,
    basis: str,
    format: str,
    full_numbers: bool = False,
    numbers_reason: str = "",
) -> Export:
    """Note what is asked for and make it: a short list at once, a long one (over EXPORT_AT_ONCE rows, or LETTERS_AT_ONCE letters)
    by a promised job. Letters with numbers carry them in full, for the purpose that was written.

    A sheet of a file that came is read anew, so it is always promised. A bounded list is counted no further than it takes to know
    that a job makes it; that job counts the rest.

    Raises NotPermitted, or GuardFailed with the form's field and a sentence; then nothing was kept, neither row nor file.
    """
    if listing.full_letters:
        full_numbers, numbers_reason = True, purpose
    demand_listing(asked.user, listing, full=full_numbers)
    rows = rows_for(listing, asked)
    total = up_to(rows, settings.EXPORT_AT_ONCE) if listing.bounded else rows.count()
    counted = not isinstance(total, Beyond)
    _guard(asked.user, listing, total, format)
    if full_numbers:
        _guard_numbers(listing, asked.user, rows, numbers_reason)
    now = clock.now()
    export = Export(
        asked_by=asked.user,
        listing=listing.key,
        params={name: asked.params.getlist(name) for name in asked.params}
        | ({FORM: [format]} if listing.sheet else {}),
        words=[] if listing.chosen else listing.shown(asked).words,
        purpose=purpose.strip(),
        basis=basis,
        format=format,
        full_numbers=full_numbers,
        numbers_reason=numbers_reason.strip() if full_numbers else "",
        language=get_language() or settings.LANGUAGE_CODE,
        total=listing.chosen(asked.params) if listing.chosen else total if counted else UNCOUNTED,
        asked_at=now,
        moved_at=now,
    )
    with transaction.atomic():
        export.save(force_insert=True)
        many: dict[str, Any] = {"total": total} if counted else {"more_than": settings.EXPORT_AT_ONCE}
        told = {name: asked.params.get(name, "") for name in listing.tells}
        note(
            "export_ask",
            export,
            to_state=export.state,
            note=export.purpose,
            filters=sorted(export.params),
            **many,
            **told,
        )
        if listing.sheet or total > (settings.LETTERS_AT_ONCE if listing.letters else settings.EXPORT_AT_ONCE):
            outbox.promise("exports.build", export_id=export.pk)
        else:
            building.build_at_once(export)
    return export


def formats_of(listing: Listing) -> tuple[ExportFormat, ...]:
    """Return the kinds of files a list can leave as, the usual one first."""
    return (ExportFormat.PDF,) if listing.letters and not listing.sheet else (ExportFormat.XLSX, ExportFormat.CSV)


def _guard(user: User, listing: Listing, total: int, format: str) -> None:
    if not total:
        raise GuardFailed("", _("Daftar ini kosong, tidak ada yang bisa diunduh."))
    if format not in formats_of(listing):
        raise GuardFailed("format", _("Daftar ini tidak ada dalam bentuk berkas itu."))
    if listing.letters and total > settings.LETTERS_AT_A_TIME:
        raise GuardFailed(
            "", _("Paling banyak %(n)d surat sekaligus. Saring daftarnya dulu.") % {"n": settings.LETTERS_AT_A_TIME}
        )
    building.demand_room(format, total)
    if Export.objects.visible_to(user).open().count() >= settings.EXPORTS_AT_A_TIME:
        raise GuardFailed(
            "", _("Masih ada unduhan Anda yang sedang disusun. Tunggu sampai selesai, atau batalkan dulu.")
        )


def _guard_numbers(listing: Listing, user: User, rows: QuerySet, reason: str) -> None:
    """Full numbers need the permission to see them at every row's place, and a reason."""
    if not listing.guarded:
        raise GuardFailed("full_numbers", _("Daftar ini tidak memuat NIK atau nomor KK."))
    if not reason.strip():
        raise GuardFailed("numbers_reason", _("Tulis mengapa nomor lengkap diperlukan."))
    if any(rows.exclude(listing.allowed(user, permission)).exists() for permission in FULL_NUMBERS):
        raise GuardFailed(
            "full_numbers", _("Sebagian baris di luar wilayah tempat Anda boleh mengunduh nomor lengkap. Saring dulu.")
        )


def hand_out(export: Export) -> Iterator[bytes]:
    """Return the clear content of a ready file as a stream and note that its owner took it.

    Raises NotPermitted when the owner may no longer export or works elsewhere, TransitionNotAllowed when there is no (readable)
    file.
    """
    demand_listing(export.asked_by, LISTINGS[export.listing], full=export.full_numbers)
    demand_reach(export)
    if not is_there(export):
        raise TransitionNotAllowed(_("Berkas ini tidak ada lagi. Buat unduhan baru dari daftarnya."))
    stream = unseal(building.path_of(export), export.label)
    try:
        first = next(stream)
    except (Unsealable, OSError):
        raise TransitionNotAllowed(_("Berkas ini rusak atau hilang. Buat unduhan baru dari daftarnya.")) from None
    with transaction.atomic():
        Export.objects.filter(pk=export.pk).update(downloads=F("downloads") + 1)
        note("export_download", export, rows=export.done, full_numbers=export.full_numbers)
    return chain((first,), stream)


def is_there(export: Export) -> bool:
    """Whether the file stands ready and its time is not over."""
    return export.state == ExportState.READY and export.expires_at is not None and export.expires_at > clock.now()


def discard(export: Export) -> Export:
    """Cancel an export that is not ready, or throw a ready file away before its time. A second call changes nothing."""
    with transaction.atomic():
        row = Export.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=export.pk)
        was = row.state
        if was not in (*OPEN_STATES, ExportState.READY):
            return row
        row.state = ExportState.CANCELLED
        row.save(update_fields=["state"])
        note("export_discard", row, from_state=was, to_state=row.state)
        transaction.on_commit(lambda: building.remove_file(row), robust=True)
    return row
