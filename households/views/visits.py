"""The facilitator's home visit on a phone: task list, short screens, check, send, receipt. Works without JavaScript."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.alike import Alike, elsewhere, look
from households.choices import Relation, VisitStatus
from households.codebook.variable import UNKNOWN
from households.exporting import visits_shown
from households.forms.visit import (
    FIXED,
    SUFFIX,
    TYPED,
    RefusalForm,
    ScreenForm,
    SendForm,
    kind_of,
    label_of,
    variable_of,
)
from households.models import Family, Person, Visit
from households.questionnaire import consent, find_step, is_done, next_step, progress, steps, waiting
from households.questionnaire.flow import Step, asked, relevant_answers, wants_member
from households.questionnaire.structure import OWNED, Question
from households.screening import screen as screening_of
from households.search import search
from households.validators import clean_digits
from households.views import kept
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock, crypto, idempotency
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed
from slrt.core.templatetags.ui import tanggal
from slrt.exports.registry import Asked
from slrt.regions.models import Region

DRAFTS_SHOWN = 50
NUMBER_DIGITS = 16


def _visit(request: StaffRequest, pk: int) -> Visit:
    return get_object_or_404(Visit.objects.visible_to(request.user).select_related("village"), pk=pk)


def _demand_visits(user: User) -> None:
    decision = may(user, Permission.VISIT_WRITE)
    if not decision:
        raise NotPermitted(decision.reason)


def _villages(user: User) -> Any:
    return Region.objects.villages().filter(within(user.areas_for(Permission.VISIT_WRITE), "code")).order_by("name")


@login_required
def visit_list(request: StaffRequest) -> HttpResponse:
    """My drafts, then what I sent."""
    _demand_visits(request.user)
    visits = visits_shown(Asked(request.user, request.GET)).rows.select_related("village", "family__head")
    rows = [_row(visit) for visit in visits[:DRAFTS_SHOWN]]
    return render(request, "households/visits.html", {"rows": rows})


def _row(visit: Visit) -> dict[str, Any]:
    answers = visit.answers
    head = next(
        (
            answers["members"][k].get("name")
            for k in answers["order"]
            if answers["members"][k].get("relation") == Relation.HEAD
        ),
        "",
    )
    tasks = progress(answers, clock.today())
    return {
        "visit": visit,
        "head": head or _("Keluarga baru"),
        "done": sum(t["done"] for t in tasks),
        "total": len(tasks),
    }


@login_required
def visit_new(request: StaffRequest) -> HttpResponse:
    """Search before creating: an existing family is opened, only an unknown one is begun."""
    _demand_visits(request.user)
    query = request.POST.get("q", "").strip()[:100]
    number = len(clean_digits(query)) == NUMBER_DIGITS
    context: dict[str, Any] = {
        "query": query,
        "is_number": number,
        "villages": _villages(request.user)[:300],
        "key": idempotency.new_key(),
    }
    if query:
        found = search(query, request.user)
        context.update(families=found.families.for_list()[:10], elsewhere=found.elsewhere, searched=True)
    return render(request, "households/visit_new.html", context)


@require_POST
@login_required
def visit_begin(request: StaffRequest) -> HttpResponse:
    """Begin a visit to a known family, or to a new one in a village of the own area."""
    _demand_visits(request.user)
    family = None
    if request.POST.get("family", "").isdigit():
        family = get_object_or_404(Family.objects.visible_to(request.user).for_page(), pk=request.POST["family"])
        village = family.household.village_id
    else:
        village = get_object_or_404(_villages(request.user), pk=request.POST.get("village", "")).code

    def begin() -> int:
        return visiting.begin(by=request.user, village_id=village, family=family, **_searched(request)).pk

    pk, _fresh = idempotency.once(
        request.POST.get("idempotency_key") or None, user_id=request.user.pk, purpose="visit:begin", make=begin
    )
    return redirect("households:visit", pk=int(pk))


def _searched(request: StaffRequest) -> dict[str, Any]:
    """What was typed in the search is not typed again: the button pressed says what the number is."""
    query, kind = request.POST.get("q", "").strip()[:100], request.POST.get("is", "")
    number = clean_digits(query)
    if kind in ("nik", "kk") and len(number) == NUMBER_DIGITS:
        return {"first": {"nik": number}} if kind == "nik" else {"kk": number}
    return {"first": {"name": query}} if kind == "name" and query else {}


@login_required
def visit_hub(request: StaffRequest, pk: int) -> HttpResponse:
    """The task list of one visit."""
    visit = _visit(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    answers = visit.answers
    tasks = progress(answers, clock.today())
    for task in tasks:
        task["url"] = _url(visit, task["first"]) if task["first"] else reverse("households:visit_members", args=[pk])
        if task["key"] == "members":
            task["url"] = reverse("households:visit_members", args=[pk])
    now = next((task for task in tasks if not task["done"] and not task["optional"]), None)
    resume = _resume(visit)
    return render(
        request,
        "households/visit.html",
        {"visit": visit, "tasks": tasks, "now": now, "resume": resume, "head": _row(visit)["head"]},
    )


def _resume(visit: Visit) -> str:
    """Return the address of the first screen that waits, or the check page."""
    answers = visit.answers
    for step in waiting(answers, clock.today()):
        if step.screen.section not in ("consent", "identity") and not answers["order"]:
            break
        return _url(visit, step)
    return reverse("households:visit_check" if answers["order"] else "households:visit_members", args=[visit.pk])


def _url(visit: Visit, step: Step) -> str:
    args = [visit.pk, step.screen.key] + ([step.member] if step.member else [])
    return reverse("households:visit_member_screen" if step.member else "households:visit_screen", args=args)


def _member_url(visit: Visit, key: str) -> str:
    return reverse("households:visit_member_screen", args=[visit.pk, "person", key])


def visit_screen(request: HttpRequest, pk: int, screen: str, member: str = "") -> HttpResponse:
    """One screen: GET shows it filled with what was entered, POST keeps it and leads on.

    Sent without a session, it leads to signing in and is then shown as it was left. Sent over what another page entered
    meanwhile, it shows both and asks.
    """
    if not request.user.is_authenticated:
        return kept.sign_in_first(request)
    visit = _visit(request, pk)  # type: ignore[arg-type]
    step = find_step(screen, member or None)
    answers = visit.answers
    if step is None or (member and member not in answers["members"] and member != visiting.new_member_key(answers)):
        raise Http404
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    if member and member not in answers["members"]:
        answers = {**answers, "members": {**answers["members"], member: {}}, "order": [*answers["order"], member]}
    if request.method == "POST":
        return _take(request, visit, step, answers)  # type: ignore[arg-type]
    left = kept.kept(request)
    answer = _show(request, visit, step, answers, ScreenForm(left, step=step, answers=answers), left=left)
    return kept.forget(answer) if left is not None else answer


def _take(request: StaffRequest, visit: Visit, step: Step, answers: dict[str, Any]) -> HttpResponse:
    """Keep a posted screen."""
    data, autosave = request.POST, "X-Autosave" in request.headers
    if "copy" in data:
        return _show(
            request, visit, step, answers, ScreenForm(_copied(data, step, answers), step=step, answers=answers)
        )
    form = ScreenForm(data, step=step, answers=answers)
    valid = form.is_valid() and not _number_taken(form, visit, request.user)
    household, members = form.values()
    alike = _alike(request, visit, form) if valid and not autosave else Alike()
    if alike and step.member:
        # Shown once: whoever says "none of them" is not asked about the same people again.
        said = _told_apart(request, answers["members"][step.member])
        members.setdefault(step.member, {})["not_same"] = said
        alike = alike if set(alike.ids) - set(said) else Alike()
    complete = valid and not form.warnings and not alike and not autosave
    page = data.get("page", "")[:36]
    seen = visiting.Seen(step, data.get("seen", ""), page) if "seen" in data and "mine" not in data else None
    if "mine" in data and data["mine"] != visiting.mark(visit.answers, step):
        seen = visiting.Seen(step, data["mine"], page)  # it changed once more since both were shown
    try:
        visit = visiting.save_screen(
            visit,
            by=request.user,
            household=household,
            members=members,
            step_id=step.id,
            complete=complete,
            typed=form.typed(),
            seen=seen,
        )
    except StaleVersion:
        if autosave:
            return JsonResponse({"saved": False}, status=409)
        return _show(request, visit, step, answers, form, clash=_differing(step, answers, household, members))
    if autosave:
        return JsonResponse({"saved": True, "seen": visiting.mark(visit.answers, step)})
    if complete:
        url = _after(request, visit, step)
        return JsonResponse({"next": url}) if "X-Screen" in request.headers else redirect(url)
    return _show(request, visit, step, answers, form, alike=alike)


def _show(
    request: HttpRequest,
    visit: Visit,
    step: Step,
    answers: dict[str, Any],
    form: ScreenForm,
    *,
    clash: list[dict[str, str]] | None = None,
    left: Any = None,
    alike: Alike | None = None,
) -> HttpResponse:
    flow = [s for s in steps(answers, clock.today()) if s.screen.section == step.screen.section]
    ids = [s.id for s in flow]
    before = answers["order"][: answers["order"].index(step.member)][-1:] if step.member in answers["order"] else []
    mark = visiting.mark(visit.answers, step)
    context = {
        "visit": visit,
        "form": form,
        "step": step,
        "member": answers["members"].get(step.member or "", {}),
        "position": ids.index(step.id) + 1 if step.id in ids else len(ids),
        "count": len(ids),
        "back": _back(visit, flow, step),
        # A page that comes back from signing in still knows what it had seen then.
        "seen": left.get("seen", mark) if left is not None else mark,
        "page": left.get("page", "") if left is not None else request.POST.get("page") or str(uuid4()),
        "left": left is not None,
        "clash": clash,
        "other_member": _member_url(visit, visiting.new_member_key(visit.answers)) if clash and step.member else "",
        "copies_from": answers["members"][before[0]].get("name") if before and step.screen.copies else "",
        "consent_text": consent.TEXTS[consent.VERSION] if step.screen.key == "consent" else (),
        "consent_version": consent.VERSION,
        "alike": alike or Alike(),
        "alike_url": _alike_url(visit, form),
    }
    # While it has to be said whether this is somebody else, no answer may send the screen on.
    form.undecided = bool(alike and alike.known)
    status = (
        200 if left is not None else 409 if clash is not None else 422 if form.errors or form.warnings or alike else 200
    )
    return render(request, "households/visit_screen.html", context, status=status)


def _copied(data: Any, step: Step, answers: dict[str, Any]) -> Any:
    """Return the posted values with those of the member before in their place; nothing is kept until it is saved."""
    order = answers["order"]
    place = order.index(step.member)
    source = answers["members"][order[place - 1]] if place else {}
    filled = data.copy()
    for question in step.screen.questions:
        value = source.get(question.name)
        if question.name not in step.screen.copies or not value:
            continue
        if value == UNKNOWN and kind_of(question) in TYPED:
            filled[question.name + SUFFIX] = "1"
        else:
            filled[question.name] = value
    return filled


def _differing(
    step: Step, answers: dict[str, Any], household: dict[str, Any], members: dict[str, dict[str, Any]]
) -> list[dict[str, str]]:
    """Return what this page and the stored draft say differently, in words."""
    stored = answers["members"].get(step.member or "", {}) if step.member else answers["household"]
    entered = members.get(step.member or "", {}) if step.member else household
    rows = []
    for question in step.screen.questions:
        if question.kind == "members":
            theirs = {k: {**answers["members"][k]} for k in answers["order"]}
            mine = {k: {**theirs[k], **members.get(k, {})} for k in answers["order"]}
            pair = [_value(question, {}, {**answers, "members": side}) for side in (mine, theirs)]
        else:
            pair = [_value(question, side, answers) for side in ({**stored, **entered}, stored)]
        if pair[0] != pair[1]:
            rows.append({"label": str(label_of(question)), "mine": pair[0], "stored": pair[1]})
    return rows


def _back(visit: Visit, flow: list[Step], step: Step) -> str:
    ids = [s.id for s in flow]
    position = ids.index(step.id) if step.id in ids else 0
    return _url(visit, flow[position - 1]) if position else reverse("households:visit", args=[visit.pk])


def _after(request: StaffRequest, visit: Visit, step: Step) -> str:
    """Where a saved screen leads: the next of its section, the next member, then whatever waits first."""
    if request.GET.get("ke") == "periksa":
        return reverse("households:visit_check", args=[visit.pk])
    answers, today = visit.answers, clock.today()
    following = next_step(answers, step, today)
    if step.screen.section == "members":
        if following is not None and following.member == step.member:
            return _url(visit, following)
        if wants_member(answers):
            return _member_url(visit, visiting.new_member_key(answers))
        planned = answers["household"].get("jumlah_art") not in (None, "", UNKNOWN)
        return _resume(visit) if planned else reverse("households:visit_members", args=[visit.pk])
    if following is not None:
        return _url(visit, following)
    if step.screen.optional:
        return reverse("households:visit", args=[visit.pk])
    if step.screen.section == "identity" and not answers["order"]:
        return _member_url(visit, visiting.new_member_key(answers))
    return _resume(visit)


@require_POST
@login_required
def visit_alike(request: StaffRequest, pk: int, screen: str, member: str) -> HttpResponse:
    """While typing: who is registered already and may be the member that is being entered. Keeps nothing."""
    visit = _visit(request, pk)
    step = find_step(screen, member)
    if step is None or visit.state == VisitStatus.SENT:
        raise Http404
    answers = visit.answers
    if member not in answers["members"]:
        answers = {**answers, "members": {**answers["members"], member: {}}, "order": [*answers["order"], member]}
    form = ScreenForm(request.POST, step=step, answers=answers)
    form.is_valid()
    alike = _alike(request, visit, form, typing=True)
    said = answers["members"][member].get("not_same", [])
    if alike.known and not set(alike.ids) - set(said):
        alike = Alike()
    return render(request, "households/_alike.html", {"alike": alike, "typing": True})


def _alike_url(visit: Visit, form: ScreenForm) -> str:
    member = form.step.member or ""
    if not _is_new(form, member):
        return ""
    return reverse("households:visit_alike", args=[visit.pk, form.step.screen.key, member])


def _is_new(form: ScreenForm, member: str) -> bool:
    """Whether the screen is one that tells who a member is, of a member who does not come from the registry."""
    asked_here = {question.name for question in form.questions} & {"name", "birth_date"}
    return bool(member and asked_here and not form.answers["members"].get(member, {}).get("person_id"))


def _alike(request: StaffRequest, visit: Visit, form: ScreenForm, typing: bool = False) -> Alike:
    """Who may be meant by what was entered so far. Asked for good when the birth date is known, while typing before, too."""
    member = form.step.member or ""
    if not _is_new(form, member):
        return Alike()
    own, now = (
        {name: "" if value == UNKNOWN else value for name, value in said.items()}
        for said in (form.answers["members"].get(member, {}), form.cleaned_data)
    )
    born = now.get("birth_date") or own.get("birth_date") or None
    if born is None and not typing:
        return Alike()
    return look(
        by=request.user,
        village=visit.village_id,
        name=now.get("name") or own.get("name") or "",
        born=date.fromisoformat(born) if isinstance(born, str) else born,
        sex=now.get("sex") or own.get("sex") or "",
        nik=now.get("nik") or ("" if "nik" in form.fields else own.get("nik") or ""),
        own=visit.family,
    )


def _told_apart(request: StaffRequest, own: dict[str, Any]) -> list[int]:
    """Entries of which somebody said that it is another person."""
    said = [int(pk) for pk in request.POST.get("different", "").split(",") if pk.isdigit()]
    return sorted({*own.get("not_same", []), *said})


def _number_taken(form: ScreenForm, visit: Visit, user: User) -> bool:
    """Refuse a number that lives in another family here; a name is shown only from the own area."""
    for name in ("nik", "kk"):
        number = clean_digits(form.cleaned_data.get(name))
        if not number:
            continue
        index = crypto.blind_index(number)
        if name == "kk":
            others = Family.objects.filter(kk_index=index).exclude(pk=visit.family_id or 0)
        else:
            people = Person.objects.filter(nik_index=index, memberships__ended_on=None).exclude(
                memberships__family=visit.family_id
            )
            others = Family.objects.filter(memberships__person__in=people, memberships__ended_on=None)
        if others.exists():
            own = others.filter(pk__in=Family.objects.visible_to(user)).select_related("head").first()
            form.add_error(name, _taken_sentence(own, name, others, visit))
            return True
    return False


def _taken_sentence(own: Family | None, name: str, others: Any, visit: Visit) -> str:
    if own is None and name == "nik":
        return elsewhere(others.values_list("household__village_id", flat=True)[0], visit.village_id)
    if own is None:
        return _("Nomor ini sudah terdata di luar wilayah Anda. Hubungi supervisor untuk memindahkan orangnya.")
    head = own.head.name if own.head else _("Tanpa kepala keluarga")
    return _("Nomor ini sudah terdata di keluarga %(head)s. Buka keluarga itu, jangan catat dua kali.") % {"head": head}


@login_required
def visit_members(request: StaffRequest, pk: int) -> HttpResponse:
    """The members: who is filled, who waits, add another."""
    visit = _visit(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
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
                "url": _url(visit, (open_ones or own)[0]),
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
        {"visit": visit, "rows": rows, "removed": removed, "add": add, "done": done, "waits": waits},
    )


@require_POST
@login_required
def visit_member_remove(request: StaffRequest, pk: int, member: str) -> HttpResponse:
    """Take a member out, or bring them back."""
    visit = _visit(request, pk)
    if request.POST.get("undo"):
        visiting.restore_member(visit, member, by=request.user)
        messages.success(request, _("Anggota dikembalikan."))
    else:
        visiting.remove_member(visit, member, by=request.user)
        messages.success(request, _("Anggota dikeluarkan. Anda bisa mengembalikannya di bawah."))
    return redirect("households:visit_members", pk=pk)


@login_required
def visit_check(request: StaffRequest, pk: int) -> HttpResponse:
    """All answers on one page, each with its way back; then send."""
    visit = _visit(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    form = SendForm(request.POST or None, initial={"idempotency_key": idempotency.new_key()})
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = _send(request, visit, form)
        if answer is not None:
            return answer
        status = 422
    household, _members = relevant_answers(visit.answers, clock.today())
    context = {
        "visit": visit,
        "form": form,
        "sections": _said(visit),
        "problems": [{"sentence": p.sentence, "url": _problem_url(visit, p.step_id)} for p in visiting.problems(visit)],
        "screening": screening_of("bdt2015", household),
    }
    return render(request, "households/visit_check.html", context, status=status)


def _send(request: StaffRequest, visit: Visit, form: SendForm) -> HttpResponse | None:
    data = form.cleaned_data

    def send() -> int:
        return visiting.send(visit, by=request.user, attested=data["attested"]).pk

    try:
        idempotency.once(data["idempotency_key"], user_id=request.user.pk, purpose=f"visit:send:{visit.pk}", make=send)
    except GuardFailed as fault:
        form.add_error(fault.field if fault.field in form.fields else None, fault.message)
        return None
    except StaleVersion:
        return _clash(request, visit)
    except TransitionNotAllowed:
        pass
    return redirect("households:visit_receipt", pk=visit.pk)


def _stored(visit: Visit) -> dict[str, Any]:
    return visiting.known_answers(Family.objects.select_related("household").get(pk=visit.family_id or 0))


def _fingerprint(versions: dict[str, Any]) -> str:
    """What the page says it has shown; a change after that is shown again."""
    members = ".".join(f"{key}={version}" for key, version in sorted(versions["members"].items()))
    return f"{versions['family']}-{versions['household']}-{members}"


def _clash(request: StaffRequest, visit: Visit) -> HttpResponse:
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
            step = find_step("card" if name == "kk" else "place", None)
            rows.append(_clash_row("", name, _field_label(step, name), mine, theirs))
    rows += _comings_and_goings(answers, stored)
    for key in answers["order"]:
        mine_all, theirs_all = answers["members"][key], stored["members"].get(key, {})
        for name in visiting.MEMBER_FIELDS if theirs_all else ():
            mine, theirs = mine_all.get(name) or "", theirs_all.get(name) or ""
            if mine != theirs and base.get(key, {}).get(name) != theirs:
                step = find_step("about" if name == "marital" else "person", key)
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
    visit = _visit(request, pk)
    if visit.state != VisitStatus.DRAFT or visit.family_id is None:
        return redirect("households:visit", pk=pk)
    stored = _stored(visit)
    if request.POST.get("shown") != _fingerprint(stored["versions"]):
        return _clash(request, visit)
    rows = _clashing(visit, stored)
    taken = [(row["key"], row["field"], row["value"]) for row in rows if request.POST.get(row["name"]) == "stored"]
    visiting.accept_stored_version(visit, by=request.user, versions=stored["versions"], stored=taken)
    messages.success(request, _("Pilihan Anda disimpan. Periksa lagi, lalu kirim."))
    return redirect("households:visit_check", pk=pk)


@login_required
def visit_refuse(request: StaffRequest, pk: int) -> HttpResponse:
    """The family refuses: the visit ends with that, and what was entered is emptied."""
    visit = _visit(request, pk)
    if visit.state != VisitStatus.DRAFT:
        return redirect("households:visit_receipt", pk=pk)
    form = RefusalForm(request.POST if request.method == "POST" else None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            visiting.refuse(visit, by=request.user, reason=form.cleaned_data["reason"])
        except GuardFailed as fault:
            form.add_error(fault.field, fault.message)
            status = 422
        else:
            return redirect("households:visit_receipt", pk=pk)
    return render(request, "households/visit_refuse.html", {"visit": visit, "form": form}, status=status)


def _problem_url(visit: Visit, step_id: str) -> str:
    key, _sign, member = step_id.partition(":")
    step = find_step(key, member or None)
    return _url(visit, step) + "?ke=periksa" if step else reverse("households:visit_members", args=[visit.pk])


def _said(visit: Visit) -> list[dict[str, Any]]:
    """Return the answers in words by section; what was not asked is not shown."""
    answers, today = visit.answers, clock.today()
    sections: dict[str, dict[str, Any]] = {}
    for task in progress(answers, today):
        sections[task["key"]] = {"title": task["title"], "rows": []}
    for step in steps(answers, today):
        if step.screen.optional and step.id not in answers["saved"] and step.screen.section == "more":
            continue
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        who = own.get("name", "") if step.member else ""
        for question in asked(step.screen, answers, step.member, today):
            if kind_of(question) == "paper" or not question.is_shown(own):
                continue
            if kind_of(question) == "no_nik" and own.get("nik"):
                continue
            value, url = _value(question, own, answers), _url(visit, step) + "?ke=periksa"
            sections[step.screen.section]["rows"].append(
                {"who": who, "label": label_of(question), "value": value, "url": url}
            )
    return list(sections.values())


def _value(question: Question, own: dict[str, Any], answers: dict[str, Any]) -> str:
    """Return an answer in words."""
    kind = kind_of(question)
    if kind == "members":
        return _people(question, answers)
    if kind == "owned":
        said = [own.get(name) for name in OWNED]
        names = [str(label) for name, label in OWNED.items() if own.get(name) == "1"]
        return ", ".join(names) or (
            _("Tidak tahu") if UNKNOWN in said else _("Tidak ada") if any(said) else _("Tidak diisi")
        )
    value: Any = own.get(question.name, "")
    if value == UNKNOWN:
        return _("Tidak tahu")
    if value in (None, "", []):
        return _("Tidak ada") if value == [] else _("Tidak diisi")
    if kind == "consent":
        return _("Setuju")
    if kind == "cards":
        return ", ".join(crypto.mask(row["nomor_kk"]) for row in value)
    if kind == "digits":
        return crypto.mask(str(value))
    if kind in FIXED:
        return str(dict(FIXED[kind].choices).get(value, value))
    if kind == "date":
        return tanggal(date.fromisoformat(str(value)))
    if kind == "yes_no":
        return _("Ya") if value == "1" else _("Tidak")
    found = variable_of(question)
    return found.say(value) if found else str(value)


def _people(question: Question, answers: dict[str, Any]) -> str:
    said = {key: answers["members"][key].get(question.name) for key in answers["order"]}
    names = [answers["members"][key].get("name", "") for key, tick in said.items() if tick == "1"]
    if names:
        return ", ".join(names)
    return _("Tidak tahu") if UNKNOWN in said.values() else _("Tidak ada") if any(said.values()) else _("Tidak diisi")


@login_required
def visit_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent and when, or that the family refused, and what comes next."""
    visit = _visit(request, pk)
    if visit.state == VisitStatus.DRAFT:
        return redirect("households:visit", pk=pk)
    registration = visit.family.registrations.order_by("-pk").first() if visit.family and visit.sent_at else None
    return render(
        request,
        "households/visit_receipt.html",
        {"visit": visit, "registration": registration, "people": len(visit.answers["order"])},
    )
