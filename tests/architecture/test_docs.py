"""What the documentation says of the tables is what the tables say."""

from pathlib import Path

from slrt.workflow.drawing import markdown

ROOT = Path(__file__).resolve().parents[2]


def test_the_workflow_diagrams_are_current():
    written = (ROOT / "docs" / "workflows.md").read_text(encoding="utf-8")
    assert written == markdown(), "Run: python manage.py draw_workflows"
