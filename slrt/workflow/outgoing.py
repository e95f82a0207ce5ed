"""What left, or came in as a sheet, in sentences: which list or register, how many rows, on what legal basis and what for.

The line of the trail keeps codes and counts; what it was for is what the person wrote when it was asked for.
"""

from collections.abc import Iterator

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from slrt.audit.models import AuditEntry
from slrt.core.numbers import masked
from slrt.core.templatetags.ui import angka
from slrt.exports.choices import ExportBasis
from slrt.exports.registry import LISTINGS

LOADED = "register_import"


def told(entry: AuditEntry) -> list[str]:
    """Return a line's sentences; none for a line about anything else."""
    left = entry.kind == AuditEntry.Kind.EXPORT or "listing" in entry.details
    return list(_sentences(entry)) if left or entry.verb == LOADED else []


def _sentences(entry: AuditEntry) -> Iterator[str]:
    said = entry.details
    if what := _what(said.get("listing", ""), said.get("table", "")):
        yield what
    if entry.verb == LOADED:
        counts = {name: angka(said.get(name, 0)) for name in ("new", "changed", "unchanged")}
        yield _("%(new)s baru, %(changed)s berubah, %(unchanged)s tetap") % counts
    elif isinstance(said.get("rows"), int):
        yield ngettext("%(n)s baris", "%(n)s baris", said["rows"]) % {"n": angka(said["rows"])}
    if said.get("full_numbers"):
        yield _("dengan NIK dan nomor KK lengkap")
    if said.get("basis"):
        yield _("Dasar hukum: %(basis)s") % {"basis": dict(ExportBasis.choices).get(said["basis"], said["basis"])}
    if entry.note:
        yield _("Keperluan: %(purpose)s") % {"purpose": masked(entry.note)}


def _what(listing: str, table: str) -> str:
    """The list's title, or the register's name; the code of one that is no more."""
    if listing:
        known = LISTINGS.get(listing)
        return str(known.title) if known else listing
    try:
        return capfirst(str(apps.get_model(table)._meta.verbose_name_plural)) if table else ""
    except (LookupError, ValueError):
        return table
