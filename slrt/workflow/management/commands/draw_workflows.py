"""Write docs/workflows.md from the transition tables."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from slrt.workflow.drawing import markdown


class Command(BaseCommand):
    """Writes the file; a test fails while file and tables differ."""

    help = "Write docs/workflows.md from the transition tables."

    def handle(self, *args: Any, **options: Any) -> None:
        path = Path(settings.BASE_DIR) / "docs" / "workflows.md"
        path.write_text(markdown(), encoding="utf-8")
        self.stdout.write(f"{path.relative_to(settings.BASE_DIR)} written.")
