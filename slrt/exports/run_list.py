"""Runs of the periodic jobs as a list that can leave. It stands here, since the jobs lie below this app and know nothing of it."""

from django.db.models import Case, IntegerField, JSONField, Q, Value, When
from django.db.models.functions import JSONObject
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from slrt.accounts.roles import Permission
from slrt.exports.registry import Asked, Column, Kind, Listing, Shown, person, register
from slrt.jobs.choices import RunState
from slrt.jobs.models import JobRun
from slrt.jobs.register import JOBS
from slrt.jobs.selectors import overview

JOB = "pekerjaan"
_COUNTS_NOTHING = Q(unit="")  # weighed by its stages, in parts of a whole


def runs_shown(asked: Asked) -> Shown:
    """The runs of one job, newest first; without one the last run of every job in the order of the page."""
    runs, name = JobRun.objects.visible_to(asked.user), asked.params.get(JOB, "")
    if name in JOBS:
        return Shown(runs.filter(job=name).order_by("-pk"), part=JOBS[name].label)
    last = [row["run"].pk for row in overview(asked.user) if row["run"]]
    place = Case(*(When(pk=pk, then=Value(n)) for n, pk in enumerate(last)), default=0, output_field=IntegerField())
    return Shown(runs.filter(pk__in=last).order_by(place))


def _address(params: QueryDict) -> str:
    name = params.get(JOB, "")
    return reverse("jobs:detail", args=[name]) if name in JOBS else reverse("jobs:list")


RUNS = Listing(
    key="pekerjaan",
    title=_("Pekerjaan berkala"),
    permission=Permission.JOBS_RUN,
    page="jobs:list",
    shown=runs_shown,
    address=_address,
    tells=(JOB,),
    columns=(
        Column(_("Nama pekerjaan"), "job", Kind.CODE, JOBS),
        Column(_("Status"), "state", Kind.CODE, dict(RunState.choices)),
        Column(_("Diminta"), "asked_at", Kind.MOMENT),
        Column(_("Diminta oleh"), person("asked_by")),
        Column(_("Mulai"), "started_at", Kind.MOMENT),
        Column(_("Selesai"), "ended_at", Kind.MOMENT),
        Column(_("Selesai dikerjakan"), Case(When(~_COUNTS_NOTHING, then="done")), Kind.WHOLE),
        Column(_("Seluruhnya"), Case(When(~_COUNTS_NOTHING, then="total")), Kind.WHOLE),
        Column(_("Satuan"), JSONObject(message="unit", values=Value({}, output_field=JSONField())), Kind.SAID),
        Column(
            _("Hasil"),
            JSONObject(message=Case(When(error="", then="result"), default="error"), values="counts"),
            Kind.SAID,
        ),
    ),
)
register(RUNS)
