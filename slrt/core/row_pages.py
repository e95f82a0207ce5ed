"""The administration's way from a row to its own page, and its lists' way from ticked boxes to rows, when what is sent names no row."""

from typing import Any, cast

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.contenttypes.models import ContentType
from django.contrib.contenttypes.views import shortcut
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from slrt.core.row_ids import row_id


def _names_a_row(key: Any, text: str) -> bool:
    try:
        key.to_python(text)
    except (ValidationError, ValueError, OverflowError):
        return False
    return "\x00" not in text  # which PostgreSQL keeps in no text


def only_rows_ticked(request: HttpRequest, key: Any) -> bool:
    """Whether all that was ticked in a list of the administration can be the key of a row; if not, the person is told."""
    ticked = request.POST.getlist(ACTION_CHECKBOX_NAME)
    known = all(_names_a_row(key, text) for text in ticked)
    if not known:
        messages.warning(
            request, _("Yang dipilih tidak ada di daftar ini. Centang barisnya di daftar, lalu coba lagi.")
        )
    return known


def page_of_row(request: HttpRequest, content_type_id: str, object_id: str) -> HttpResponse:
    """Lead to the page of a row of the administration's tables, as Django's `shortcut` does. Raises Http404 for anything else."""
    number = row_id(content_type_id)
    kind = ContentType.objects.filter(pk=number).first() if number else None
    model = kind.model_class() if kind else None
    if not model or not admin.site.is_registered(model) or not _names_a_row(model._meta.pk, object_id):
        raise Http404
    return cast(HttpResponse, shortcut(request, content_type_id, object_id))
