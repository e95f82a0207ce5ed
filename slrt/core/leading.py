"""Where a page leads after its form was taken, told in the way it was sent."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect


def lead(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect; a page whose script sent the form (`js/visit.js`, `js/stays.js`) is told the address and goes there itself."""
    return JsonResponse({"next": url}) if "X-Screen" in request.headers else redirect(url)
