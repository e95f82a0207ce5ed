"""Somebody else changed the family meanwhile: both values side by side, and the choice."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.choices.visit import VisitStatus
from households.codebook.variable import UNKNOWN
from households.forms.visit.kinds import FIXED, label_of
from households.models import Family, Visit
from households.questionnaire import find_step
from households.questionnaire.flow import Step
from households.views.visits.reach import consent_first, visit_of
from slrt.accounts.requests import StaffRequest
from slrt.core import crypto
from slrt.core.templatetags.ui import tanggal


def _stored(visit: Visit) -> dict[str, Any]:
    return visiting.known_answers(
        Family.objects.select_related("household").get(pk=visit.family_id or 0), visit.codebook
    )


def _fingerprint(versions: dict[str, Any]) -> str:
    """What the page says it has shown; a change after that is shown again."""
    members = ".".join(f"{key}={version}" for key, version in sorted(versions["members"].items()))
    return f"{versions['family']}-{versions['household']}-{members}"


def show_clash(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Show what is stored now beside what was entered; the facilitator decides for each which one stays."""
    visit.refresh_from_db()
    stored = _stored(visit)
    context = {"visit": visit, "rows": _clashing(visit, stored), "shown": _fingerprint(stored["versions"])}
    return render(request, "households/visit_clash.html", context, status=409)


def _clashing(visit: Visit, stored: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what somebody else changed since the visit began and the draft says differently."""
    answers, base = visit.answers, visit.answers.get("base", {})
    rows = []
    for name in (*visiting.HOUSEHOLD_FIELDS, "kk"):
        mine, theirs = answers["household"].get(name) or "", stored["household"].get(name) or ""
        if mine != theirs and base.get("", {}).get(name) != theirs:
            step = find_step(answers, "card" if name == "kk" else "place", None)
            rows.append(_clash_row("", name, _field_label(step, name), mine, theirs))
    rows += _comings_and_goings(answers, stored)
    for key in answers["order"]:
        mine_all, theirs_all = answers["members"][key], stored["members"].get(key, {})
        for name in visiting.MEMBER_FIELDS if theirs_all else ():
            mine, theirs = mine_all.get(name) or "", theirs_all.get(name) or ""
            if mine != theirs and base.get(key, {}).get(name) != theirs:
                step = find_step(answers, "about" if name == "marital" else "person", key)
                label = f"{mine_all.get('name', '')}: {_field_label(step, name)}"
                rows.append(_clash_row(key, name, label, mine, theirs))
    return rows


def _comings_and_goings(answers: dict[str, Any], stored: dict[str, Any]) -> list[dict[str, Any]]:
    """Members whom somebody else brought into the family, or took out of it, since the visit began."""
    known = answers.get("versions", {}).get("members", {})
    rows = []
    for key in stored["order"]:
        if key not in answers["members"]:
            label, here = stored["members"][key]["name"], _("Anggota keluarga")
            rows.append(_member_row(key, label, _("Tidak ada"), here, stored["members"][key], prefer="stored"))
    for key in answers["order"]:
        if key in known and key not in stored["order"]:
            label, here = answers["members"][key].get("name", ""), _("Anggota keluarga")
            rows.append(_member_row(key, label, here, _("Sudah keluar dari keluarga ini"), None))
    return rows


def _member_row(key: str, label: str, mine: str, theirs: str, value: Any, prefer: str = "mine") -> dict[str, Any]:
    words = {"label": label, "mine": mine, "stored": theirs, "prefer": prefer}
    return {"name": f"{key}.", "key": key, "field": "", "value": value, **words}


def _field_label(step: Step | None, name: str) -> str:
    questions = step.screen.questions if step else ()
    return next((str(label_of(q)) for q in questions if q.name == name), name)


def _clash_row(key: str, name: str, label: str, mine: str, theirs: str) -> dict[str, Any]:
    def say(value: str) -> str:
        if name in ("nik", "kk"):
            return crypto.mask(value)
        if name in FIXED:
            return str(dict(FIXED[name].choices).get(value, value))
        return tanggal(date.fromisoformat(value)) if name == "birth_date" and value not in ("", UNKNOWN) else value

    return {
        "name": f"{key}.{name}",
        "label": capfirst(label),
        "mine": say(mine),
        "stored": say(theirs),
        "key": key,
        "field": name,
        "value": theirs,
        "prefer": "mine",
    }


@require_POST
@login_required
def visit_settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Take the facilitator's choice between both values; what changed once more since then is shown again."""
    visit = visit_of(request, pk)
    if visit.state != VisitStatus.DRAFT or visit.family_id is None:
        return redirect("households:visit", pk=pk)
    ask_first = consent_first(visit)
    if ask_first is not None:
        return ask_first
    if visiting.moved_away(visit, request.user):
        return redirect("households:visit_check", pk=pk)  # sending says why
    stored = _stored(visit)
    if request.POST.get("shown") != _fingerprint(stored["versions"]):
        return show_clash(request, visit)
    rows = _clashing(visit, stored)
    taken = [(row["key"], row["field"], row["value"]) for row in rows if request.POST.get(row["name"]) == "stored"]
    visiting.accept_stored_version(visit, by=request.user, versions=stored["versions"], stored=taken)
    messages.success(request, _("Pilihan Anda disimpan. Periksa lagi, lalu kirim."))
    return redirect("households:visit_check", pk=pk)
