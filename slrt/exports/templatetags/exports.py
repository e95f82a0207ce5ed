"""The button "Unduh daftar" of list pages."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from slrt.accounts.roles import Permission
from slrt.exports.registry import LISTINGS

register = template.Library()


@register.simple_tag(takes_context=True)
def export_button(context: Any, key: str, label: str = "", **extra: Any) -> SafeString:
    """A link to the form for this list as it is filtered now, for whoever may export it; `extra` adds what the page chose by itself."""
    request, listing = context["request"], LISTINGS[key]
    user = request.user
    if not all(user.holds(permission) for permission in (Permission.EXPORT_RUN, *listing.permissions(user))):
        return SafeString("")
    params = request.GET.copy()
    params.pop("page", None)
    for name, value in extra.items():
        if value:
            params[name] = value
    query = f"?{params.urlencode()}" if params else ""
    return format_html(
        '<a class="btn btn-quiet" href="{}{}">{}</a>',
        reverse("exports:new", args=[key]),
        query,
        label or _("Unduh daftar"),
    )
