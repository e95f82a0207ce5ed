"""Where a screen lies, what comes after it and before it, where a visit is resumed."""

from django.urls import reverse

from households import visiting
from households.codebook.variable import UNKNOWN
from households.models import Visit
from households.questionnaire import find_step, next_step, waiting
from households.questionnaire.flow import Step, wants_member
from slrt.accounts.requests import StaffRequest
from slrt.core import clock


def screen_url(visit: Visit, step: Step) -> str:
    """Return the address of a screen."""
    args = [visit.pk, step.screen.key] + ([step.member] if step.member else [])
    return reverse("households:visit_member_screen" if step.member else "households:visit_screen", args=args)


def member_url(visit: Visit, key: str) -> str:
    """Return the address of a member's first screen."""
    return reverse("households:visit_member_screen", args=[visit.pk, "person", key])


def resume_url(visit: Visit) -> str:
    """Return the address of the first screen that waits, or the check page."""
    answers = visit.answers
    for step in waiting(answers, clock.today()):
        if step.screen.section not in ("consent", "identity") and not answers["order"]:
            break
        return screen_url(visit, step)
    return reverse("households:visit_check" if answers["order"] else "households:visit_members", args=[visit.pk])


def back_url(visit: Visit, flow: list[Step], step: Step) -> str:
    """Return the address of the screen before within `flow`, or of the task list."""
    ids = [s.id for s in flow]
    position = ids.index(step.id) if step.id in ids else 0
    return screen_url(visit, flow[position - 1]) if position else reverse("households:visit", args=[visit.pk])


def after_url(request: StaffRequest, visit: Visit, step: Step) -> str:
    """Where a saved screen leads: the next of its section, the next member, then whatever waits first."""
    if request.GET.get("ke") == "periksa":
        return reverse("households:visit_check", args=[visit.pk])
    answers, today = visit.answers, clock.today()
    following = next_step(answers, step, today)
    if step.screen.section == "members":
        if following is not None and following.member == step.member:
            return screen_url(visit, following)
        other = next((other for other in waiting(answers, today) if other.screen.section == "members"), None)
        if other is not None:
            return screen_url(visit, other)
        if wants_member(answers):
            return member_url(visit, visiting.new_member_key(answers))
        planned = answers["household"].get("jumlah_art") not in (None, "", UNKNOWN)
        return resume_url(visit) if planned else reverse("households:visit_members", args=[visit.pk])
    if following is not None:
        return screen_url(visit, following)
    if step.screen.optional:
        return reverse("households:visit", args=[visit.pk])
    if step.screen.section == "identity" and not answers["order"]:
        return member_url(visit, visiting.new_member_key(answers))
    return resume_url(visit)


def problem_url(visit: Visit, step_id: str) -> str:
    """Return where a problem is mended; from there one comes back to the check page."""
    key, _sign, member = step_id.partition(":")
    step = find_step(visit.answers, key, member or None)
    return screen_url(visit, step) + "?ke=periksa" if step else reverse("households:visit_members", args=[visit.pk])
