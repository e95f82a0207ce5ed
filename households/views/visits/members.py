"""The members of a visit: who is filled, who waits, one out and back again."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.choices.person import Relation
from households.choices.visit import VisitStatus
from households.questionnaire import is_done, is_known, steps
from households.views.visits.addresses import problem_url, screen_url
from households.views.visits.reach import consent_first, visit_of
from slrt.accounts.requests import StaffRequest
from slrt.core import clock


@login_required
def visit_members(request: StaffRequest, pk: int) -> HttpResponse:
    """The members: who is filled, who waits, add another."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    ask_first = consent_first(visit)
    if ask_first is not None:
        return ask_first
    answers = visit.answers
    rows = []
    for key in answers["order"]:
        own = [s for s in steps(answers, clock.today()) if s.member == key and s.screen.section == "members"]
        open_ones = [s for s in own if not is_done(s, answers, clock.today())]
        member = answers["members"][key]
        rows.append(
            {
                "key": key,
                "name": member.get("name") or _("Belum bernama"),
                "relation": dict(Relation.choices).get(member.get("relation", ""), ""),
                "done": not open_ones,
                "known": bool(open_ones) and all(is_known(s, answers) for s in open_ones),
                "url": screen_url(visit, (open_ones or own)[0]),
            }
        )
    removed = [
        {"key": k, "name": answers["members"][k].get("name") or _("Belum bernama")} for k in answers.get("removed", [])
    ]
    add = reverse("households:visit_member_screen", args=[pk, "person", visiting.new_member_key(answers)])
    waits = next((row for row in rows if not row["done"]), None)
    done = bool(rows) and waits is None
    return render(
        request,
        "households/visit_members.html",
        {
            **{"visit": visit, "rows": rows, "removed": removed, "add": add, "done": done, "waits": waits},
            "doubts": [{"sentence": d.sentence, "url": problem_url(visit, d.step_id)} for d in visiting.doubts(visit)],
        },
    )


@require_POST
@login_required
def visit_member_remove(request: StaffRequest, pk: int, member: str) -> HttpResponse:
    """Take a member out, or bring them back."""
    visit = visit_of(request, pk)
    ask_first = consent_first(visit) if visit.state == VisitStatus.DRAFT else None
    if ask_first is not None:
        return ask_first
    if request.POST.get("undo"):
        visiting.restore_member(visit, member, by=request.user)
        messages.success(request, _("Anggota dikembalikan."))
    else:
        visiting.remove_member(visit, member, by=request.user)
        messages.success(request, _("Anggota dikeluarkan. Anda bisa mengembalikannya di bawah."))
    return redirect("households:visit_members", pk=pk)
