"""The request as views behind the sign-in see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from slrt.accounts.models import User


class StaffRequest(HttpRequest):
    """A request of somebody signed in. For annotations only: `login_required` is what makes it true."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails
