"""A blank sheet with the headings of one kind of file."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from households.choices.imports import ImportKind
from households.importing import blank
from households.views.imports.reach import demand
from slrt.accounts.requests import StaffRequest


@login_required
def import_blank(request: StaffRequest, kind: str) -> HttpResponse:
    """The headings of a kind of file as a workbook to fill in; 404 for an unknown kind."""
    demand(request.user)
    try:
        data = blank.sheet(kind)
    except KeyError:
        raise Http404 from None
    response = HttpResponse(data, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    name = slugify(_("Lembar kosong %(kind)s") % {"kind": ImportKind(kind).label})
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response
