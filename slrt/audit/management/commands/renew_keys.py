"""Encrypt anew, under the first of SLRT_FIELD_KEYS, what lies under the others: rows and files."""

from functools import partial
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from slrt.audit import trail
from slrt.core import crypto, rotation


class Command(BaseCommand):
    help = __doc__ or ""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="count what is left to do, change nothing")

    def _tell(self, verbosity: int, what: str) -> None:
        if verbosity > 1:
            self.stdout.write(what)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = rotation.renew(look=options["check"], tell=partial(self._tell, options["verbosity"]))
        except rotation.Busy:
            raise CommandError(_("Penggantian kunci sedang berjalan di tempat lain.")) from None
        key = crypto.keyring().current.decode()
        if not options["check"] and (found.rows or found.files):
            trail.write("keys_renew", None, by=None, console=True, key=key, rows=found.rows, files=found.files)
        numbers = {"rows": found.rows, "files": found.files, "key": key}
        if not found.readable:
            raise CommandError(_("Tidak bisa dibuka dengan kunci mana pun: %(what)s") % {"what": _named(found)})
        if options["check"] and (found.rows or found.files):
            raise CommandError(_("Belum dengan kunci %(key)s: %(rows)d baris, %(files)d berkas.") % numbers)
        if options["verbosity"]:
            self.stdout.write(_("%(rows)d baris dan %(files)d berkas kini dengan kunci %(key)s.") % numbers)


def _named(found: rotation.Renewed) -> str:
    rows = [f"{table}: {n}" for table, n in found.unreadable_rows.items()]
    return ", ".join([*rows, *found.unreadable_files])
