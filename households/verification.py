"""What belongs to a field verification besides its code: the visit record and the compulsory photos."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from households.models import FieldCheck, Household, Registration
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step


def photos_of(household: Household) -> int:
    """Return how many photos of a household are stored; 0 as long as the registry keeps none."""
    photos = getattr(household, "photos", None)
    return int(photos.count()) if photos is not None else 0


def enough_photos(row: Registration, data: dict[str, Any]) -> None:
    """Guard: VERIFICATION_PHOTOS photos before "found, complete" (SIKS-NG refuses fewer than nine)."""
    have, needed = photos_of(row.family.household), settings.VERIFICATION_PHOTOS
    if have < needed:
        raise GuardFailed(
            "",
            _("Foto rumah baru %(have)d, harus %(needed)d. Tambahkan foto lewat kunjungan.")
            % {"have": have, "needed": needed},
        )


def keep_check(row: Registration, step: Step) -> FieldCheck:
    """Keep the visit record of a result code: day, position, number of photos, findings.

    The day is today and the position the household's own unless the verifier entered others.
    """
    assert step.by is not None  # the program verifies nobody
    data, house = step.data, row.family.household
    entered = data.get("latitude") is not None and data.get("longitude") is not None
    return FieldCheck.objects.create(
        registration=row,
        result_code=row.result_code,
        visited_on=data.get("visited_on") or clock.today(),
        latitude=data["latitude"] if entered else house.latitude,
        longitude=data["longitude"] if entered else house.longitude,
        position_accuracy=data.get("accuracy") if entered else house.position_accuracy,
        photos=photos_of(house),
        findings=str(data.get("findings") or step.note)[:500],
        surveyor=step.by,
        recorded_at=step.at,
    )
