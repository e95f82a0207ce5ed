"""What belongs to a field verification besides its code: the visit record and the compulsory photos."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from households.choices.photo import HOUSE_PHOTOS, PhotoKind
from households.models import FieldCheck, Photo, Registration
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step


def photos_of(row: Registration) -> Any:
    """Return the photos that count for this round: kept, of this house or this family, not older than the round itself."""
    house = Q(household=row.family.household_id, kind__in=HOUSE_PHOTOS)
    papers = Q(family=row.family_id) & ~Q(kind__in=HOUSE_PHOTOS)
    since = Q(taken_at__gte=row.verification_from) if row.verification_from else Q()
    return Photo.objects.kept().filter(house | papers, since)


def enough_photos(row: Registration, data: dict[str, Any]) -> None:
    """Guard: the photos of VERIFICATION_PHOTOS, kind by kind, before "found, complete"."""
    if not settings.VERIFICATION_PHOTOS:
        return
    have = Counter(photos_of(row).order_by().values_list("kind", flat=True))
    missing = [
        _("%(kind)s (ada %(have)d, harus %(needed)d)")
        % {"kind": PhotoKind(kind).label, "have": have[kind], "needed": needed}
        for kind, needed in settings.VERIFICATION_PHOTOS.items()
        if have[kind] < needed
    ]
    if not missing:
        return
    said = _("Foto yang masih kurang: %(missing)s. Tambahkan di halaman foto keluarga.") % {
        "missing": ", ".join(missing)
    }
    if row.verification_from:
        day = date_format(timezone.localtime(row.verification_from), "j F Y")
        said += " " + _("Yang dihitung hanya foto yang diambil sejak %(day)s.") % {"day": day}
    raise GuardFailed("", said)


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
        photos=photos_of(row).count(),
        findings=str(data.get("findings") or step.note)[:500],
        surveyor=step.by,
        recorded_at=step.at,
    )
