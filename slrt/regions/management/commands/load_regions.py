"""Load or renew the list of regions."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from slrt.regions.loading import UnreadableRegions, load


class Command(BaseCommand):
    """`load_regions` loads the list that comes with SLRT, `load_regions PATH` a newer one; safe to repeat."""

    help = "Load the regions of Indonesia (code, parent code, name); safe to repeat."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", nargs="?", type=Path)

    def handle(self, *args: Any, path: Path | None, **options: Any) -> None:
        try:
            report = load(path)
        except (UnreadableRegions, OSError, UnicodeDecodeError) as fault:
            raise CommandError(str(fault)) from None
        if options["verbosity"]:
            self.stdout.write(
                f"{report.new} new, {report.changed} changed, {report.unchanged} unchanged, {report.gone} no longer listed."
            )
