"""The living style guide."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def components(request: HttpRequest) -> HttpResponse:
    """Show every component in every state."""
    return render(request, "components/index.html")
