"""The timetable in the administration: when each job runs, and whether. What a job does is not edited here."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.audit.admin import AuditedAdmin
from slrt.core.headings import Headed
from slrt.core.templatetags.ui import waktu
from slrt.jobs.crontabs import understood
from slrt.jobs.register import JOBS
from slrt.jobs.schedule import TASK, ever, in_words

# What the tables are called is said here: their own names are English and belong to another package.
for _model, _one, _many in (
    (PeriodicTask, gettext_lazy("jadwal pekerjaan"), gettext_lazy("jadwal pekerjaan")),
    (CrontabSchedule, gettext_lazy("pilihan waktu"), gettext_lazy("pilihan waktu")),
):
    _model._meta.verbose_name, _model._meta.verbose_name_plural = _one, _many


def _job_of(row: PeriodicTask) -> str:
    return str(JOBS[row.name].label) if row.name in JOBS else row.name


# So are rows in messages and histories.
CrontabSchedule.__str__ = in_words
PeriodicTask.__str__ = _job_of

TIME_FIELDS = {
    "hour": (
        gettext_lazy("Jam"),
        gettext_lazy("0 sampai 23, waktu Jakarta. Beberapa jam dipisah koma, misalnya 8,20."),
    ),
    "minute": (
        gettext_lazy("Menit"),
        gettext_lazy("0 sampai 59; */15 dengan jam * untuk setiap 15 menit."),
    ),
    "day_of_week": (
        gettext_lazy("Hari"),
        gettext_lazy("* untuk setiap hari. 1 = Senin sampai 6 = Sabtu, 0 = Minggu; 1-5 untuk Senin sampai Jumat."),
    ),
    "day_of_month": (gettext_lazy("Tanggal"), gettext_lazy("* untuk setiap tanggal, atau misalnya 1,15.")),
    "month_of_year": (gettext_lazy("Bulan"), gettext_lazy("* untuk setiap bulan, atau misalnya 1,7.")),
}

for _model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(_model)


def _manages(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.holds(Permission.USERS_MANAGE)


class AdministratorOnly(AuditedAdmin):
    """Whoever holds the administrator's permission today; Django's own boxes and the superuser flag open nothing."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whether the section is shown."""
        return _manages(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are shown."""
        return _manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether rows are edited."""
        return _manages(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whether rows are added."""
        return _manages(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A job is switched off, never taken out: the next update would bring it back."""
        return False


FIRST_AND_SECOND = (r"^\d+", r"^\d+\D+(\d+)")  # numbers of a part


def by_clock(prefix: str = "") -> Combinable:
    """What times are ordered by: every day, then weekdays, days of the month and of the year, each from morning to night.

    Numbers lie there as text, perhaps several (8,20): the first ones count, then the second ones, and "every" (*) comes before
    any. `prefix` leads to the row.
    """
    parts = ("month_of_year", "day_of_month", "day_of_week", "hour", "minute")
    found = [Func(F(prefix + part), Value(at), function="substring") for at in FIRST_AND_SECOND for part in parts]
    numbers = [Coalesce(Cast(one, models.IntegerField()), -1) for one in found]
    return Func(*numbers, template="ARRAY[%(expressions)s]", output_field=ArrayField(models.IntegerField()))


class TimeChoice(forms.ModelChoiceField):
    """Times by their phrases."""

    def label_from_instance(self, obj: CrontabSchedule) -> str:
        return in_words(obj)


@admin.register(PeriodicTask)
class TimetableAdmin(Headed, AdministratorOnly):
    """One row per job: choose its time, or switch it off."""

    list_display = ["job", "time", "on", "last_run"]
    fields = ["job", "explained", "crontab", "enabled", "last_run"]
    readonly_fields = ["job", "explained", "last_run"]
    list_select_related = ["crontab"]
    ordering = [by_clock("crontab__"), "pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """The jobs of the register; the sweep of the outbox is not for changing."""
        return super().get_queryset(request).filter(task=TASK)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs come from the program."""
        return False

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """The time in words, and what switching off means."""
        if db_field.name == "crontab":
            kwargs.update(form_class=TimeChoice, label=_("Waktu"), empty_label=None, required=True)
            kwargs["queryset"] = CrontabSchedule.objects.order_by(by_clock(), "pk")
            kwargs["help_text"] = _("Waktu lain ditambahkan dengan tanda +. Jam yang dimaksud adalah waktu Jakarta.")
        if db_field.name == "enabled":
            kwargs.update(label=_("Aktif"), help_text=_("Tanpa centang, pekerjaan ini tidak berjalan menurut jadwal."))
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    @admin.display(description=pgettext_lazy("pekerjaan berkala", "Pekerjaan"), ordering="name")
    def job(self, row: PeriodicTask) -> str:
        """Its name as the page of jobs shows it."""
        return _job_of(row)

    def heading(self, row: PeriodicTask) -> str:
        """The job's name."""
        return self.job(row)

    @admin.display(description=gettext_lazy("Yang dilakukan"))
    def explained(self, row: PeriodicTask) -> str:
        """What it does."""
        return str(JOBS[row.name].explain) if row.name in JOBS else "–"

    @admin.display(description=gettext_lazy("Waktu"), ordering=by_clock("crontab__"))
    def time(self, row: PeriodicTask) -> str:
        """Its time in words."""
        return in_words(row.crontab) if row.crontab else "–"

    @admin.display(description=gettext_lazy("Aktif"), boolean=True, ordering="enabled")
    def on(self, row: PeriodicTask) -> bool:
        """Whether it runs by its timetable."""
        return row.enabled

    @admin.display(description=gettext_lazy("Terakhir dimulai oleh jadwal"), ordering="last_run_at")
    def last_run(self, row: PeriodicTask) -> str:
        """When its timetable last started it."""
        return waktu(row.last_run_at)


class TimeForm(forms.ModelForm):
    """A time that can be read and comes."""

    def clean(self) -> dict[str, Any]:
        fields = super().clean() or {}
        for part in [part for part, text in fields.items() if not understood(part, text)]:
            self.add_error(part, _("Tidak terbaca. %(takes)s") % {"takes": TIME_FIELDS[part][1]})
        if not self.errors and not ever(CrontabSchedule(**fields, timezone=settings.CELERY_TIMEZONE)):
            self.add_error("day_of_month", _("Tanggal ini tidak pernah ada di bulan itu."))
        if not self.errors and self._there(CrontabSchedule(**fields, timezone=settings.CELERY_TIMEZONE)):
            self.add_error(
                None, _("Waktu ini sudah ada. Pilih waktu itu di jadwal pekerjaan; tidak perlu ditambah lagi.")
            )
        return fields

    def _there(self, time: CrontabSchedule) -> bool:
        """Whether another row is the same time, perhaps written in another way: whoever chooses reads the words alone."""
        others = CrontabSchedule.objects.filter(timezone=time.timezone).exclude(pk=self.instance.pk)
        return in_words(time) in map(in_words, others)


@admin.register(CrontabSchedule)
class TimeAdmin(Headed, AdministratorOnly):
    """Times to choose from, in Jakarta's."""

    form = TimeForm
    list_display = ["words"]
    fields = list(TIME_FIELDS)
    ordering = [by_clock(), "pk"]

    @admin.display(description=gettext_lazy("Waktu"), ordering=by_clock())
    def words(self, row: CrontabSchedule) -> str:
        """The time in words."""
        return in_words(row)

    def heading(self, row: CrontabSchedule) -> str:
        """The time in words."""
        return in_words(row)

    def formfield_for_dbfield(self, db_field: models.Field, request: HttpRequest, **kwargs: Any) -> Any:
        """Each part by its name, with what it takes."""
        if db_field.name in TIME_FIELDS:
            kwargs["label"], kwargs["help_text"] = TIME_FIELDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """A new time is one of the office's zone."""
        if not change:
            obj.timezone = settings.CELERY_TIMEZONE
        super().save_model(request, obj, form, change)
