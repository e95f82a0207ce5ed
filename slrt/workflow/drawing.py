"""Draws the life cycles from the tables, so that docs/workflows.md cannot tell another story than the code."""

from django.utils.translation import override

from slrt.accounts.roles import roles_with
from slrt.workflow.engine import WORKFLOWS, Workflow


def markdown() -> str:
    """Return docs/workflows.md: for each workflow a Mermaid state diagram and the table behind it."""
    parts = [
        "# Workflows",
        "Generated from the transition tables by `python manage.py draw_workflows`; edit the tables, not this file.",
    ]
    with override("id"):
        parts += [_chapter(flow) for _model, flow in sorted(WORKFLOWS.items())]
    return "\n\n".join(parts) + "\n"


def _chapter(flow: Workflow) -> str:
    diagram = ["```mermaid", "stateDiagram-v2", f"    [*] --> {flow.initial}"]
    rows = ["| step | from | to | who | label |", "|---|---|---|---|---|"]
    for step in flow.transitions:
        for source in sorted(step.sources):
            diagram.append(f"    {source} --> {step.target or source}: {step.name}")
        target = f"by `{step.returns_to}`, else {step.target}" if step.returns_to else step.target or "(same)"
        who = ", ".join(str(role.label) for role in roles_with(step.permission)) if step.permission else "program"
        rows.append(f"| `{step.name}` | {', '.join(sorted(step.sources))} | {target} | {who} | {step.label} |")
    diagram += [f"    {state} --> [*]" for state in sorted(flow.final)] + ["```"]
    return f"## {flow.name} (`{flow.model}`)\n\n" + "\n".join(diagram) + "\n\n" + "\n".join(rows)
