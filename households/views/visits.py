"""The facilitator's home visit on a phone: task list, short screens, check, send, receipt. Works without JavaScript."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from households import visiting
from households.alike import Alike, elsewhere, look
from households.choices import Relation, VisitStatus
from households.codebook import BOOKS
from households.forms.visit import FIXED, ScreenForm, SendForm
from households.models import Family, Household, Person, Visit
from households.questionnaire import find_step, next_step, progress, steps
from households.questionnaire.flow import Step, asked
from households.search import search
from households.validators import clean_digits
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.querysets import within
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.core import clock, crypto, idempotency
from slrt.core.errors import GuardFailed, NotPermitted, StaleVersion, TransitionNotAllowed
from slrt.core.templatetags.ui import tanggal
from slrt.regions.models import Region

DRAFTS_SHOWN = 50


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
    visits = Visit.objects.visible_to(request.user).select_related("village", "family__head")
    rows = [_row(visit) for visit in visits.order_by("state", "-updated_at")[:DRAFTS_SHOWN]]
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
    context: dict[str, Any] = {"query": query, "villages": _villages(request.user)[:300], "key": idempotency.new_key()}
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
        return visiting.begin(by=request.user, village_id=village, family=family).pk

    pk, _fresh = idempotency.once(
        request.POST.get("idempotency_key") or None, user_id=request.user.pk, purpose="visit:begin", make=begin
    )
    return redirect("households:visit", pk=int(pk))


@login_required
def visit_hub(request: StaffRequest, pk: int) -> HttpResponse:
    """The task list of one visit."""
    visit = _visit(request, pk)
    if visit.state == VisitStatus.SENT:
        return redirect("households:visit_receipt", pk=pk)
    answers = visit.answers
    tasks = progress(answers, clock.today())
    for task in tasks:
        task["url"] = _url(visit, task["first"]) if task["first"] else reverse("households:visit_members", args=[pk])
        if task["key"] == "members":
            task["url"] = reverse("households:visit_members", args=[pk])
    now = next((task for task in tasks if not task["done"]), None)
    resume = _resume(visit)
    return render(
        request,
        "households/visit.html",
        {"visit": visit, "tasks": tasks, "now": now, "resume": resume, "head": _row(visit)["head"]},
    )


def _resume(visit: Visit) -> str:
    """Return the address of the first screen that waits, or the check page."""
    for step in steps(visit.answers, clock.today()):
        if step.id not in visit.answers["saved"]:
            return _url(visit, step)
    return reverse("households:visit_check" if visit.answers["order"] else "households:visit_members", args=[visit.pk])


def _url(visit: Visit, step: Step) -> str:
    args = [visit.pk, step.screen.key] + ([step.member] if step.member else [])
    return reverse("households:visit_member_screen" if step.member else "households:visit_screen", args=args)


@login_required
def visit_screen(request: StaffRequest, pk: int, screen: str, member: str = "") -> HttpResponse:
    """One screen: GET shows it filled with what was entered, POST keeps it and leads on."""
    visit = _visit(request, pk)
    step = find_step(screen, member or None)
    answers = visit.answers
    if step is None or (member and member not in answers["members"] and member != visiting.new_member_key(answers)):
        raise Http404
    if visit.state == VisitStatus.SENT:
        return redirect("households:visit_receipt", pk=pk)
    if member and member not in answers["members"]:
        answers = {**answers, "members": {**answers["members"], member: {}}, "order": [*answers["order"], member]}
    form = ScreenForm(request.POST if request.method == "POST" else None, step=step, answers=answers)
    alike = Alike()
    if request.method == "POST":
        valid = form.is_valid() and not _number_taken(form, visit, request.user)
        household, members = form.values()
        alike = _alike(request, visit, form) if valid and "X-Autosave" not in request.headers else Alike()
        if alike:
            # Shown once: whoever says "none of them" is not asked about the same people again.
            members[member]["not_same"] = _told_apart(request, answers["members"][member])
            alike = alike if set(alike.ids) - set(members[member]["not_same"]) else Alike()
        complete = valid and not form.warnings and not alike and "X-Autosave" not in request.headers
        visiting.save_screen(
            visit,
            by=request.user,
            household=household,
            members=members,
            step_id=step.id,
            complete=complete,
            typed=form.typed(),
        )
        if "X-Autosave" in request.headers:
            return JsonResponse({"saved": True})
        if complete:
            visit.refresh_from_db()
            return redirect(_after(request, visit, step))
    flow = [s for s in steps(answers, clock.today()) if s.screen.section == step.screen.section]
    ids = [s.id for s in flow]
    context = {
        "visit": visit,
        "form": form,
        "step": step,
        "member": answers["members"].get(member, {}),
        "position": ids.index(step.id) + 1 if step.id in ids else len(ids),
        "count": len(ids),
        "autosave": request.path,
        "alike": alike,
        "alike_url": reverse("households:visit_alike", args=[pk, screen, member]) if _is_new(form, member) else "",
        "back": _back(visit, flow, step),
    }
    return render(request, "households/visit_screen.html", context, status=422 if form.errors else 200)


def _back(visit: Visit, flow: list[Step], step: Step) -> str:
    ids = [s.id for s in flow]
    position = ids.index(step.id) if step.id in ids else 0
    return _url(visit, flow[position - 1]) if position else reverse("households:visit", args=[visit.pk])


def _after(request: StaffRequest, visit: Visit, step: Step) -> str:
    if request.GET.get("ke") == "periksa":
        return reverse("households:visit_check", args=[visit.pk])
    if step.screen.key == "about" and step.member:
        return reverse("households:visit_members", args=[visit.pk])
    following = next_step(visit.answers, step, clock.today())
    if following is not None:
        return _url(visit, following)
    return reverse("households:visit", args=[visit.pk])


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


def _is_new(form: ScreenForm, member: str) -> bool:
    """Whether the screen is one that tells who a member is, of a member who does not come from the registry."""
    asked_here = {question.name for question in form.questions} & {"name", "birth_date"}
    return bool(member and asked_here and not form.answers["members"].get(member, {}).get("person_id"))


def _alike(request: StaffRequest, visit: Visit, form: ScreenForm, typing: bool = False) -> Alike:
    """Who may be meant by what was entered so far. Asked for good when the birth date is known, while typing before, too."""
    member = form.step.member or ""
    if not _is_new(form, member):
        return Alike()
    own, now = form.answers["members"].get(member, {}), form.cleaned_data
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
    answers = visit.answers
    rows = []
    for key in answers["order"]:
        own = [s for s in steps(answers, clock.today()) if s.member == key and s.screen.section == "members"]
        waiting = [s for s in own if s.id not in answers["saved"]]
        member = answers["members"][key]
        rows.append(
            {
                "key": key,
                "name": member.get("name") or _("Belum bernama"),
                "relation": Relation(member["relation"]).label if member.get("relation") else "",
                "done": not waiting,
                "url": _url(visit, (waiting or own)[0]),
            }
        )
    removed = [
        {"key": k, "name": answers["members"][k].get("name") or _("Belum bernama")} for k in answers.get("removed", [])
    ]
    add = reverse("households:visit_member_screen", args=[pk, "person", visiting.new_member_key(answers)])
    done = bool(rows) and all(row["done"] for row in rows)
    return render(
        request,
        "households/visit_members.html",
        {"visit": visit, "rows": rows, "removed": removed, "add": add, "done": done},
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
    if visit.state == VisitStatus.SENT:
        return redirect("households:visit_receipt", pk=pk)
    form = SendForm(request.POST or None, initial={"idempotency_key": idempotency.new_key()})
    status = 200
    if request.method == "POST" and form.is_valid():
        answer = _send(request, visit, form)
        if answer is not None:
            return answer
        status = 422
    context = {
        "visit": visit,
        "form": form,
        "sections": _said(visit),
        "problems": [{"sentence": p.sentence, "url": _problem_url(visit, p.step_id)} for p in visiting.problems(visit)],
    }
    return render(request, "households/visit_check.html", context, status=status)


def _send(request: StaffRequest, visit: Visit, form: SendForm) -> HttpResponse | None:
    data = form.cleaned_data

    def send() -> int:
        return visiting.send(visit, by=request.user, attested=data["attested"], consented=data["consented"]).pk

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


def _clash(request: StaffRequest, visit: Visit) -> HttpResponse:
    """Show what is stored now beside what was entered; the facilitator decides which to send."""
    visit.refresh_from_db()
    answers = visit.answers
    stored = visiting.known_answers(Family.objects.select_related("household").get(pk=visit.family_id or 0))
    rows = []
    for name in (*visiting.HOUSEHOLD_FIELDS,):
        mine, theirs = answers["household"].get(name, ""), stored["household"].get(name, "")
        if mine != theirs:
            label = capfirst(str(getattr(Household._meta.get_field(name), "verbose_name", name)))
            rows.append({"label": label, "mine": mine, "stored": theirs})
    for key in answers["order"]:
        mine, theirs = answers["members"][key], stored["members"].get(key, {})
        for field in ("name", "birth_date"):
            if theirs and mine.get(field) != theirs.get(field):
                rows.append({"label": mine.get("name", ""), "mine": mine.get(field), "stored": theirs.get(field)})
    visiting.accept_stored_version(visit, by=request.user, versions=stored["versions"])
    return render(request, "households/visit_clash.html", {"visit": visit, "rows": rows}, status=409)


def _problem_url(visit: Visit, step_id: str) -> str:
    key, _sign, member = step_id.partition(":")
    step = find_step(key, member or None)
    return _url(visit, step) if step else reverse("households:visit_members", args=[visit.pk])


def _said(visit: Visit) -> list[dict[str, Any]]:
    """Return the answers in words by section; what was not asked is not shown."""
    answers, today = visit.answers, clock.today()
    sections: dict[str, dict[str, Any]] = {}
    for task in progress(answers, today):
        sections[task["key"]] = {"title": task["title"], "rows": []}
    for step in steps(answers, today):
        own = answers["members"].get(step.member, {}) if step.member else answers["household"]
        who = own.get("name", "") if step.member else ""
        for question in asked(step.screen, answers, step.member, today):
            label = question.label or BOOKS["bdt2015"][question.name].label
            value = _value(question, own, answers)
            sections[step.screen.section]["rows"].append(
                {"who": who, "label": label, "value": value, "url": _url(visit, step) + "?ke=periksa"}
            )
    return list(sections.values())


def _value(question: Any, own: dict[str, Any], answers: dict[str, Any]) -> str:
    if question.kind == "members":
        names = [
            answers["members"][k].get("name", "")
            for k in answers["order"]
            if answers["members"][k].get(question.name) == "1"
        ]
        return ", ".join(names) or _("Tidak ada")
    value = own.get(question.name)
    if value in (None, "", []):
        return _("Tidak ada") if value == [] else _("Tidak diisi")
    if question.kind == "digits":
        return crypto.mask(str(value))
    if question.kind == "book":
        return BOOKS["bdt2015"][question.name].say(value)
    if question.kind in FIXED:
        return str(FIXED[question.kind](value).label)
    if question.kind == "date":
        return tanggal(date.fromisoformat(str(value)))
    return str(value)


@login_required
def visit_receipt(request: StaffRequest, pk: int) -> HttpResponse:
    """What was sent and when, and what comes next."""
    visit = _visit(request, pk)
    if visit.state != VisitStatus.SENT:
        return redirect("households:visit", pk=pk)
    registration = visit.family.registrations.order_by("-pk").first() if visit.family else None
    return render(
        request,
        "households/visit_receipt.html",
        {"visit": visit, "registration": registration, "people": len(visit.answers["order"])},
    )
