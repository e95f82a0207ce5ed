"""The rows behind a number: what its page lists, and the file that holds exactly those. One list per kind of rows."""

from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint
from households.models import DuplicateCandidate, Family, ImportRun, Merge, Objection, Registration
from referrals.models import Referral
from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import Permission
from slrt.dashboard.indicators import INDICATORS, NEEDED, Indicator
from slrt.exports.registry import LISTINGS, Asked, Listing, Shown, register
from slrt.regions.models import Region

NUMBER, AREA = "angka", "wilayah"
# Kind of rows -> key of the list, of the app's own list whose columns it takes, title, rows of none.
KINDS: dict[str, tuple[str, str, Any, Any]] = {
    "family": ("angka-keluarga", "keluarga", _("Keluarga di balik angka"), Family),
    "registration": ("angka-pendaftaran", "pendaftaran", _("Pendaftaran di balik angka"), Registration),
    "objection": ("angka-sanggahan", "sanggahan", _("Usul dan sanggah di balik angka"), Objection),
    "complaint": ("angka-keluhan", "keluhan", _("Keluhan di balik angka"), Complaint),
    "import": ("angka-impor", "impor", _("Berkas impor di balik angka"), ImportRun),
    "referral": ("angka-rujukan", "rujukan", _("Rujukan di balik angka"), Referral),
    "pair": ("angka-ganda", "ganda", _("Dugaan ganda di balik angka"), DuplicateCandidate),
    "merge": ("angka-penggabungan", "penggabungan", _("Penggabungan di balik angka"), Merge),
}

# What a list behind a number begins with; others by their number.
ORDER = {"complaint": "due_at", "referral": "due_at", "objection": "due_on", "pair": "-score", "import": "state_since"}


def area_of(user: User, params: QueryDict) -> str:
    """Return the area that was chosen if it lies in the person's own, else nothing (the whole own area)."""
    wanted = params.get(AREA, "")
    areas = user.areas_for(Permission.FAMILY_VIEW)
    return wanted if wanted and any(covers(area, wanted) for area in areas) else ""


def rows_shown(indicator: Indicator, asked: Asked) -> Shown:
    """Return exactly the rows a number counts, in the order of their page."""
    area = area_of(asked.user, asked.params)
    order = ORDER.get(indicator.kind, "pk")
    part = str(indicator.label)
    if area:
        part += f" · {Region.objects.get(pk=area).name}"
    return Shown(indicator.rows(asked.user, area).for_list().order_by(order, "pk"), part=part)


def key_of(indicator: Indicator) -> str:
    """The key of the list that holds an indicator's rows."""
    return KINDS[indicator.kind][0]


def _listing(kind: str) -> Listing:
    key, own, title, model = KINDS[kind]

    def shown(asked: Asked) -> Shown:
        indicator = INDICATORS.get(asked.params.get(NUMBER, ""))
        if indicator is None or indicator.kind != kind:
            return Shown(model.objects.none())
        return rows_shown(indicator, asked)

    return Listing(
        key=key,
        title=title,
        permission=NEEDED[kind],
        page="dashboard:home",
        shown=shown,
        columns=LISTINGS[own].columns,
        place=LISTINGS[own].place,
        receiver=LISTINGS[own].receiver,
        lies=LISTINGS[own].lies,
        bounded=LISTINGS[own].bounded,
        address=_address,
        tells=(NUMBER,),
    )


def _address(params: QueryDict) -> str:
    code = params.get(NUMBER, "")
    if code not in INDICATORS:
        return reverse("dashboard:home")
    rest = params.copy()
    rest.pop(NUMBER)
    url = reverse("dashboard:rows", args=[code])
    return f"{url}?{rest.urlencode()}" if rest else url


register(*(_listing(kind) for kind in KINDS))
