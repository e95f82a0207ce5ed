"""Turns a rule's refusal that no view caught into the page that says so."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from slrt.core.errors import Malformed, NotPermitted, Refusal


class RefusalMiddleware:
    """`NotPermitted` becomes 403 with its reason; any other refusal becomes 409 with its sentence.

    A form that came back spoilt (`Malformed`) is 400.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, fault: Exception) -> HttpResponse | None:
        if isinstance(fault, NotPermitted):
            return render(request, "403.html", {"reason": fault.reason}, status=403)
        if isinstance(fault, Refusal):
            return render(request, "409.html", {"reason": str(fault)}, status=409)
        if isinstance(fault, Malformed):
            return render(request, "409.html", {"reason": str(fault)}, status=400)
        return None
