"""Days that a step of a registration may bear."""

from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from households.models import Registration
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Guard


def began_on(row: Registration) -> date:
    """Return the day on which the registration began, at the office."""
    return timezone.localdate(row.created_at)


def not_before(field: str, day: date, sentence: str) -> None:
    """Refuse with a sentence that names the earliest day as %(day)s."""
    raise GuardFailed(field, sentence % {"day": date_format(day, "j F Y")})


def after_beginning(field: str) -> Guard:
    """Return a guard that refuses a day before the registration began."""

    def guard(row: Registration, data: dict[str, Any]) -> None:
        if data.get(field) and data[field] < began_on(row):
            not_before(
                field, began_on(row), _("Usulan ini baru dimulai pada %(day)s. Isi tanggal itu atau sesudahnya.")
            )

    return guard
