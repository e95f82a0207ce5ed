"""What belongs to a field verification besides its code: a visit of this round, the visit record, the compulsory photos.

A round begins when the family comes onto the final list; what was seen before belongs to the round before.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from households.choices.photo import HOUSE_PHOTOS, PhotoKind
from households.choices.survey import SurveyKind
from households.models import FieldCheck, Photo, Registration
from households.registry.rounds import rounds_of, stays_of
from slrt.core import clock
from slrt.core.errors import GuardFailed
from slrt.workflow.engine import Step


def round_began(row: Registration) -> datetime:
    """Return when this round began; for a row from before that was kept, when it came into its present state."""
    return row.verification_from or row.state_since


def _first_day(row: Registration) -> date:
    return timezone.localtime(round_began(row)).date()


def visited(row: Registration) -> bool:
    """Whether a visit to this family was sent since the round began, in whichever house it lived then.

    The round of answers tells the day, not the hour.
    """
    theirs = Q(visit=None) | Q(visit__family=row.family_id)
    rounds = rounds_of(row.family, stays_of(row.family))
    return bool(rounds.filter(theirs, kind=SurveyKind.VISIT, collected_on__gte=_first_day(row)).exists())


def was_visited(row: Registration, data: dict[str, Any]) -> None:
    """Guard: there is a visit of this round. No field of the step's page mends it, so it stands above them all."""
    if not visited(row):
        raise GuardFailed(
            "",
            _("Keluarga ini belum dikunjungi sejak %(day)s. Isi dan kirim kunjungan dulu.")
            % {"day": date_format(_first_day(row), "j F Y")},
        )


def visited_in_this_round(row: Registration, data: dict[str, Any]) -> None:
    """Guard: the day of the check lies between the round's first day and today."""
    day, first = data.get("visited_on"), _first_day(row)
    if day and day > clock.today():
        raise GuardFailed("visited_on", _("Tanggal ini belum terjadi. Isi tanggal hari ini atau sebelumnya."))
    if day and day < first:
        raise GuardFailed(
            "visited_on",
            _("Verifikasi putaran ini dimulai %(day)s. Isi tanggal itu atau sesudahnya.")
            % {"day": date_format(first, "j F Y")},
        )


def _position_entered(data: dict[str, Any]) -> bool:
    return data.get("latitude") is not None and data.get("longitude") is not None


def _has_position(row: Registration, data: dict[str, Any]) -> bool:
    house = row.family.household
    return _position_entered(data) or (house.latitude is not None and house.longitude is not None)


def located(row: Registration, data: dict[str, Any]) -> None:
    """Guard: a position of the verifier's or the house's own, or the reason why there is none."""
    if not _has_position(row, data) and not str(data.get("no_position_reason") or "").strip():
        raise GuardFailed("no_position_reason", _("Tulis mengapa posisi rumah tidak bisa diambil, atau isi posisinya."))


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

    The day is today and the position the household's own unless the verifier entered others. A reason for having none stands
    only where there is none.
    """
    assert step.by is not None  # the program verifies nobody
    data, house = step.data, row.family.household
    entered = _position_entered(data)
    why_none = "" if _has_position(row, data) else str(data.get("no_position_reason") or "").strip()
    return FieldCheck.objects.create(
        registration=row,
        result_code=row.result_code,
        visited_on=data.get("visited_on") or clock.today(),
        latitude=data["latitude"] if entered else house.latitude,
        longitude=data["longitude"] if entered else house.longitude,
        position_accuracy=data.get("accuracy") if entered else house.position_accuracy,
        no_position_reason=why_none[:200],
        photos=photos_of(row).count(),
        findings=str(data.get("findings") or step.note)[:500],
        surveyor=step.by,
        recorded_at=step.at,
    )
