"""The task list of one visit."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from households.choices.survey import CodeBook
from households.choices.visit import VisitStatus
from households.models import Visit
from households.questionnaire import consent, progress
from households.views.visits.addresses import resume_url, screen_url
from households.views.visits.reach import visit_of
from households.views.visits.start import row_of
from slrt.accounts.requests import StaffRequest
from slrt.core import clock


@login_required
def visit_hub(request: StaffRequest, pk: int) -> HttpResponse:
    """The task list of one visit."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    answers = visit.answers
    tasks = progress(answers, clock.today())
    for task in tasks:
        task["url"] = (
            screen_url(visit, task["first"]) if task["first"] else reverse("households:visit_members", args=[pk])
        )
        if task["key"] == "members":
            task["url"] = reverse("households:visit_members", args=[pk])
    now = next((task for task in tasks if not task["done"] and not task["optional"]), None)
    resume = resume_url(visit)
    return render(
        request,
        "households/visit.html",
        {
            "visit": visit,
            "tasks": tasks,
            "now": now,
            "known": sum(task["known"] for task in tasks),
            "resume": resume,
            "head": row_of(visit)["head"],
            "books": _other_books(visit),
        },
    )


def _other_books(visit: Visit) -> list[tuple[str, str]]:
    """The code books the visit can still be made with: none once the family has agreed."""
    if consent.is_given(visit.answers):
        return []
    return [(code, str(name)) for code, name in CodeBook.choices if code != visit.codebook]
