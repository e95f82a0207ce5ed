"""Load the programme catalogue; safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand

from programs.loading import load


class Command(BaseCommand):
    """Adds what is missing and changes nothing that is there."""

    help = "Load the programme catalogue; safe to repeat."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{load()} programmes added.")
