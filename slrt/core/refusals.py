"""Turns a rule's refusal that no view caught into the page that says so."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from slrt.core.errors import Malformed, NotPermitted, Refusal


class RefusalMiddleware:
    """`NotPermitted` becomes 403 with its reason; any other refusal becomes 409 with its sentence.

    A form that came back spoilt (`Malformed`) is 400. What only a button opens is 405, with a page instead of an empty one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method == "GET" and not response.content:
            reason = _("Halaman ini hanya dibuka lewat tombolnya. Kembali, lalu tekan tombolnya lagi.")
            page = render(request, "409.html", {"reason": reason, "closed": True}, status=response.status_code)
            page["Allow"] = response["Allow"]
            return page
        return response

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, NotPermitted):
            return render(request, "403.html", {"reason": fault.reason}, status=403)
        if isinstance(fault, Refusal):
            return render(request, "409.html", {"reason": str(fault)}, status=409)
        if isinstance(fault, Malformed):
            return render(request, "409.html", {"reason": str(fault)}, status=400)
        return None
