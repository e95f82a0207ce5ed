"""What somebody sent whose session had ended: turned away to the sign-in page, it must not look as if it had arrived."""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import resolve_url
from django.utils.translation import gettext as _


class NotReceived:
    """Middleware: the sign-in page says that a form was not taken, and what to do; signing in leads back to an empty one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and _asks_to_sign_in(response):
            messages.warning(
                request,
                _(
                    "Kiriman tadi tidak diterima: Anda belum masuk, atau sesi Anda sudah berakhir. Masuk, lalu kirim lagi."
                ),
            )
        return response


def _asks_to_sign_in(response: HttpResponse) -> bool:
    to = urlsplit(response.headers.get("Location", ""))
    return to.path == resolve_url(settings.LOGIN_URL) and REDIRECT_FIELD_NAME in QueryDict(to.query)
