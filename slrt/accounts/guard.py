"""django-axes, which holds back whoever tries passwords, under the name that the administration shows."""

from typing import Any

from axes.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from slrt.core.numbers import masked


class SignInGuardConfig(AppConfig):
    """The guard of the sign-in page."""

    verbose_name = _("Keamanan masuk")


def name_tried(request: HttpRequest | None, credentials: dict[str, Any] | None = None) -> str | None:
    """Return the name that somebody tries to sign in with, as it is kept and logged: some try with their NIK."""
    name = (credentials or {}).get("username") or (request.POST.get("username") if request is not None else None)
    return masked(name) if name else name
