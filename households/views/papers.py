"""Scanned papers: handed out, and taken along by a step."""

import logging
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404

from households import papers
from households.forms.papers import PaperForm
from households.models import Paper
from slrt.accounts.requests import StaffRequest
from slrt.workflow.pages import VerbForm

log = logging.getLogger(__name__)


@login_required
def paper(request: StaffRequest, pk: int) -> HttpResponse:
    """Hand out a scanned paper of the own area, as a download and never as a page."""
    row = get_object_or_404(Paper.objects.visible_to(request.user), pk=pk)
    try:
        data = papers.opened(row, by=request.user)
    except FileNotFoundError:
        raise Http404 from None
    except ValueError:
        log.error("paper_unsealable", extra={"paper": row.pk})
        raise Http404 from None
    response = HttpResponse(data, content_type=row.media_type)
    response["Content-Disposition"] = f'attachment; filename="{papers.file_name(row)}"'
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "no-store"
    return response


def take_with_paper(take: Any, form: VerbForm) -> Any:
    """Take a step whose form may carry a scanned paper; the paper is kept only if the step is taken."""
    if not isinstance(form, PaperForm):
        return take(form)
    data = form.cleaned_data["file"].read()
    with papers.kept(data, kind=form.kind, village_id=form.obj.place_code, by=form.user) as kept:
        form.cleaned_data[form.column] = kept
        return take(form)
