"""What a signed-in person saw stays in no cache: a phone is handed on, and its back button must show nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class NothingKept:
    """Middleware: pages of signed-in people are not stored unless the view says otherwise."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
