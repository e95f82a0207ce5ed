"""The front door and the home page of each role."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


def front_door(request: HttpRequest) -> HttpResponse:
    """Send people to their home page, everybody else to sign in."""
    return redirect("dashboard:home" if request.user.is_authenticated else "accounts:sign_in")


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page."""
    return render(request, "dashboard/home.html")
