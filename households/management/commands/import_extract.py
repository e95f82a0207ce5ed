"""Check and apply a DTKS/DTSEN extract from the command line."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse
from django.utils.translation import override

from households.choices.imports import ImportState
from households.importing import applying, ending, previewing, rejects, uploading
from households.importing.reading import Unreadable
from households.models import ImportRun
from slrt.accounts.models import User
from slrt.core.errors import Refusal

KEYS = (
    "rows",
    "accepted",
    "refused",
    "repeated",
    "warnings",
    "conflicts",
    "missing",
    "missing_families",
    "warned",
    "reasons",
    "households",
    "people",
)


class Command(BaseCommand):
    """Without --apply nothing is written. Exit code 1 when the file or the person is refused, or its headings are not known."""

    help = "Check a DTKS/DTSEN extract and, with --apply, write it into the registry."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path)
        parser.add_argument("--user", required=True, help="user name of whoever imports")
        parser.add_argument("--apply", action="store_true")
        parser.add_argument(
            "--complete",
            action="store_true",
            help="the file holds every family of its villages; flag those that an earlier extract had and this one lacks",
        )
        parser.add_argument(
            "--rejects", type=Path, help="write the refused rows with reason and mend here (.xlsx or .csv)"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["user"], is_active=True).first()
        if user is None:
            raise CommandError(f"Pengguna {options['user']} tidak ada.")
        with override("id"):
            self._import(user, options)

    def _import(self, user: User, options: dict[str, Any]) -> None:
        _demand_places(options["path"], options["rejects"])
        try:
            started = uploading.upload(uploading.chunks_of(options["path"]), options["path"].name, by=user)
            previewing.preview(started.pk)
            current = ImportRun.objects.get(pk=started.pk)
            if options["apply"] and current.state == ImportState.PREVIEWED:
                applying.request_apply(
                    current, by=user, version=current.version, at_console=True, complete=options["complete"]
                )
                applying.apply(current.pk)
                current.refresh_from_db()
            elif current.state == ImportState.PREVIEWED:
                ending.cancel(current, by=user)
                current.refresh_from_db()
        except (Unreadable, Refusal, OSError) as fault:
            raise CommandError(str(fault)) from None
        if current.state == ImportState.FAILED:
            raise CommandError(current.sentence)
        if current.state == ImportState.COLUMNS:
            raise CommandError(f"{current.sentence} {_where(current)}")
        if options["rejects"]:
            path = Path(options["rejects"])
            form = "xlsx" if path.suffix.lower() == ".xlsx" else "csv"
            path.write_bytes(rejects.build(current, by=user, form=form))
        result = {key: current.counts.get(key) for key in KEYS} | {"run": current.pk, "state": current.state}
        if options["json"]:
            self.stdout.write(json.dumps(result, ensure_ascii=False))
        else:
            for key, value in result.items():
                self.stdout.write(f"{key}: {value}")


def _demand_places(path: Path, rejects: Path | None) -> None:
    """Before anything is done: a file that is there, and a folder for the refused rows."""
    if not path.is_file():
        raise CommandError(f"Berkas {path} tidak ada.")
    if rejects and not rejects.parent.is_dir():
        raise CommandError(f"Folder {rejects.parent} untuk baris yang ditolak tidak ada.")


def _where(run: ImportRun) -> str:
    """The page on which a person says which heading is which column; the run waits there."""
    return f"Kolomnya bisa dicocokkan di {reverse('households:import_columns', args=[run.pk])}."
