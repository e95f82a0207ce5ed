"""What every page's frame needs: who, where, menu, demo banner."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from slrt.core import crypto
from slrt.dashboard.navigation import menu


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of base.html. Reads nothing but the assignments that `visible_to` needs anyway."""
    context: dict[str, Any] = {
        "demo_mode": settings.DEMO_MODE,
        "nav_items": [],
        "user_label": "",
        "role_label": "",
        "area_label": "",
        "as_of": timezone.localtime(),
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        assignments = user.current_assignments
        context.update(
            nav_items=menu(user, request.path),
            # Tells on a phone that several people use whose unsent entries are whose, and nothing else (ADR 0031).
            phone_mark=crypto.page_key(f"person:{user.pk}")[:16],
            user_label=str(user),
            role_label=", ".join(a.get_role_display() for a in assignments),
            area_label=", ".join(dict.fromkeys(a.area.name for a in assignments)),
        )
    return context
