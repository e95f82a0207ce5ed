"""The page of one run."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from households.answering import absent_from
from households.choices.imports import ImportKind, ImportState
from households.importing import (
    applying,
    claiming,
    handing_back,
    headless,
    held_rows,
    matching,
    meanwhile,
    missing,
    other_kinds,
    replaced,
    undoing,
)
from households.importing.kinds import refusal
from households.importing.unreadable import which_are_missing
from households.models import Family, ImportRun, Membership
from households.querysets.household import FamilyQuerySet, MembershipQuerySet
from households.views.imports.headless import own_sample
from households.views.imports.progress import progress
from households.views.imports.reach import run_of
from households.views.imports.taking_back import taken_back_until
from households.views.imports.uploads import KIND
from households.views.imports.words import (
    changed_fields,
    changes_nothing,
    example,
    goes_back,
    only_flags,
    rows_back,
    sampled,
    tallies,
    to_ask,
    to_flag,
    to_write,
    unflagged,
    warning,
)
from households.workflow import answer
from slrt.accounts.access import may
from slrt.accounts.models import User
from slrt.accounts.requests import StaffRequest
from slrt.accounts.roles import Permission
from slrt.audit.models import AuditEntry
from slrt.core import idempotency
from slrt.exports.registry import LISTINGS
from slrt.workflow.sentences import events

BUSY = (ImportState.UPLOADED, ImportState.READING, ImportState.APPLYING, ImportState.TAKING_BACK)
FEW = 5  # shown without being folded
SHEET = LISTINGS["impor-ditolak"]
ENDED_WITHOUT = (ImportState.FAILED, ImportState.CANCELLED, ImportState.TAKEN_BACK)
WAITING = (ImportState.COLUMNS, ImportState.PREVIEWED)
CANCELLABLE = (ImportState.UPLOADED, ImportState.READING, ImportState.COLUMNS, ImportState.PREVIEWED)


@login_required
def import_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The truth about one run: being read, ready to apply, applied, failed."""
    row = run_of(request, pk)
    claiming.settle(row)
    counts = row.counts or {}
    ready = row.state == ImportState.PREVIEWED
    applied = row.state == ImportState.APPLIED
    undecided = row.conflicts.undecided().count() if applied else to_ask(counts)
    decided = row.conflicts.exclude(decision="").count() if applied else 0
    agreed = row.conflicts.count() - undecided - decided if applied else 0
    context: dict[str, Any] = {
        "row": row,
        "counts": counts,
        "busy": row.state in BUSY,
        "progress": progress(row) if row.state in BUSY else {},
        "ready": ready,
        "taken_back": row.state == ImportState.TAKEN_BACK,
        "not_applied_because": applying.who_applies(row, request.user) if ready else "",
        **_put_aside(row, request.user),
        **_after_failing(row, request.user),
        **_taking_back(row, request.user),
        "log": events(AuditEntry.objects.filter(subject="households.importrun", subject_id=pk).select_related("actor")),
        "tallies": tallies(counts, undecided, decided, agreed),
        **_next(row, counts),
        "fields": changed_fields(counts.get("fields", {})),
        "examples": [example(e) for e in counts.get("examples", [])],
        "reasons": [{"refusal": refusal(row.kind, code), "count": n} for code, n in _most(counts.get("reasons", {}))],
        "warnings": [
            {"label": warning(code), "count": n}
            for code, n in _most(counts.get("warnings", {}) | counts.get("warned", {}))
        ],
        "may_take_rows": all(map(request.user.holds, (Permission.EXPORT_RUN, *SHEET.permissions(request.user)))),
        "edited_meanwhile": meanwhile.edited_families(row) if ready and row.kind == ImportKind.EXTRACT else 0,
        "held": held_rows.are_offered(row),
        "asked": held_rows.asked_are_offered(row),
        **_families(row, request.user),
        "sample": [sampled(line) for line in counts.get("sample", [])],
        "same": ImportRun.objects.visible_to(request.user)
        .filter(file_hash=row.file_hash, kind=row.kind, state=ImportState.APPLIED)
        .exclude(pk=row.pk)
        .first(),
        "changes_nothing": ready and changes_nothing(counts),
        "only_flags": ready and only_flags(counts),
        **_waiting(row, request.user),
        **_matching(row, request.user),
        "columns_missing": which_are_missing(counts.get("missing_columns", []), counts.get("merged", False)),
        **_answers(row),
        "undecided": undecided,
        "key": idempotency.new_key(),
    }
    if request.htmx and not context["busy"]:
        return HttpResponse(headers={"HX-Refresh": "true"})  # done: the whole page has something new to say
    template = "households/imports/_state.html" if request.htmx else "households/imports/detail.html"
    return render(request, template, context)


def _next(row: ImportRun, counts: dict[str, Any]) -> dict[str, Any]:
    """What applying a preview writes, and what a file that was taken back had written."""
    if row.state == ImportState.PREVIEWED:
        answers = answer.moving(row) if row.kind == ImportKind.ANSWER else None
        return {"to_write": to_write(counts, answers), "to_flag": to_flag(counts), "answers_nothing": answers == 0}
    if row.state != ImportState.TAKEN_BACK or not counts.get("undone"):
        return {}
    if row.kind != ImportKind.EXTRACT:
        return {"rows_back": rows_back(counts)}
    removed, restored = goes_back(counts)
    return {"removed": removed, "restored": restored, "unflagged": unflagged(counts, row.complete)}


def _waiting(row: ImportRun, user: User) -> dict[str, Any]:
    """Of a file that waits: another upload of the same file that waits too, and the kinds that its headings belong to instead."""
    if row.state not in WAITING:
        return {}
    alike = ImportRun.objects.visible_to(user).filter(file_hash=row.file_hash, kind=row.kind, state__in=WAITING)
    if row.state == ImportState.COLUMNS:
        kinds = other_kinds.fitting(row.counts.get("headers", []), but=row.kind)
    else:
        named = [*row.counts.get("columns", []), *row.counts.get("ignored", [])]
        kinds = other_kinds.reading_more(named, than=row.kind)
    return {
        "same_waiting": alike.exclude(pk=row.pk).select_related("started_by").first(),
        "fitting_kinds": [
            {"kind": kind, "upload": f"{reverse('households:imports')}?{urlencode({KIND: kind.value})}"}
            for kind in kinds
        ],
    }


def _matching(row: ImportRun, user: User) -> dict[str, Any]:
    """Whether the person may say of a preview which column a heading is that was not read, and which were matched and may be so anew."""
    if row.state != ImportState.PREVIEWED or not may(user, Permission.IMPORT_RUN, row):
        return {"may_match": False, "matched": []}
    left = matching.open_columns(row)
    return {
        "may_match": bool(left.unread and left.optional),
        "matched": [_("%(heading)s sebagai %(column)s") % {"heading": h, "column": c} for c, h in left.matched.items()],
    }


def _put_aside(row: ImportRun, user: User) -> dict[str, Any]:
    """Whether this person puts the file aside, the uploader's preview by handing it back, and who has handed it back."""
    hands_back = row.state == ImportState.PREVIEWED and not handing_back.who_hands_back(row, user)
    imports = bool(may(user, Permission.IMPORT_RUN, row))
    entry = handing_back.handed_back([row]).get(row.pk)
    return {
        "may_hand_back": hands_back,
        "may_cancel": row.state in CANCELLABLE and imports and not hands_back,
        "handed_back": entry,
        "upload_mended": reverse("households:answers" if row.kind == ImportKind.ANSWER else "households:imports")
        if entry and imports
        else "",
    }


def _families(row: ImportRun, user: User) -> dict[str, Any]:
    """Families without a head, with other people, and not in the file, and people not in it: the first few where a page lists all, else
    what the run kept."""
    counts = row.counts or {}
    absent = missing.families_of(row) if counts.get("missing_families") else None
    people = missing.people_of(row) if counts.get("missing") else None
    gone = _named(Family.objects.filter(pk__in=counts.get("missing_sample", [])) if absent is None else absent, user)
    others = _named(Family.objects.filter(pk__in=counts.get("replaced_sample", [])), user)
    alone = own_sample(counts.get("headless_sample", []), user)
    all_missing = absent is not None
    all_replaced = replaced.families_of(row) is not None if "replaced" in counts.get("warned", {}) else False
    all_headless = headless.is_kept(row) if "headless" in counts.get("warned", {}) else False
    return {
        "missing_families": gone[:FEW] if all_missing else gone,
        "missing_families_folded": not all_missing and len(gone) > FEW,
        "all_missing": all_missing,
        "missing_people": [] if people is None else _members(people, user),
        "all_missing_people": people is not None,
        "replaced": others[:FEW] if all_replaced else others,
        "replaced_folded": not all_replaced and len(others) > FEW,
        "all_replaced": all_replaced,
        "headless": alone[:FEW] if all_headless else alone,
        "headless_folded": not all_headless and len(alone) > FEW,
        "all_headless": all_headless,
    }


def _named(families: FamilyQuerySet, user: User) -> FamilyQuerySet:
    """Of these families those whom the person may see, by village and head."""
    seen = families.visible_to(user).select_related("head", "household__village")
    return seen.order_by("household__village__name", "head__name", "pk")


def _members(people: MembershipQuerySet, user: User) -> list[Membership]:
    """The first few of these people whom the person may see, by village and name."""
    seen = people.visible_to(user).select_related("person", "family__head", "family__household__village")
    return list(seen.order_by("family__household__village__name", "person__name", "pk")[:FEW])


def _after_failing(row: ImportRun, user: User) -> dict[str, Any]:
    """What comes after a run that ended without its rows: trying again where a failure may pass, else another file."""
    if row.state not in ENDED_WITHOUT or not may(user, Permission.IMPORT_RUN, row):
        return {}
    if row.state == ImportState.FAILED and claiming.was_given_up(row):
        return {"may_retry": True}
    place = reverse("households:answers" if row.kind == ImportKind.ANSWER else "households:imports")
    return {"upload_again" if row.state == ImportState.FAILED else "upload_next": place}


def _most(counts: dict[str, int]) -> list[tuple[str, int]]:
    """What was counted, the most first: in the database the names stand in an order of its own."""
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _answers(row: ImportRun) -> dict[str, Any]:
    """What the ministry's answer file lays out, and how many proposals it says nothing of."""
    file = row.answer_files.with_moved_nothing().order_by("pk").last()
    counts = row.state in (ImportState.PREVIEWED, ImportState.APPLIED)
    return {
        "answers": file,
        "absent": absent_from(file).count() if file and counts else 0,
        "names_differ": answer.waiting(file) if file and row.state == ImportState.PREVIEWED else 0,
    }


def _taking_back(row: ImportRun, user: User) -> dict[str, Any]:
    """Until when the file can be taken back, why not by this person, and who asked for it."""
    until = taken_back_until(row)
    asked = undoing.asked(row) if row.state in (ImportState.TAKING_BACK, ImportState.TAKEN_BACK) else None
    return {
        "taken_back_until": until,
        "too_late": undoing.too_late(row),
        "not_taken_back_because": undoing.who_takes_back(row, user) if until else "",
        "asked_back": asked,
    }
