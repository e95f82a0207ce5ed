"""The timetable in the administration: when each job runs, and whether. What a job does is not edited here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from slrt.accounts.models import User
from slrt.accounts.roles import Permission
from slrt.jobs.schedule import TASK

for _model in (ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule):
    admin.site.unregister(_model)


def _manages(request: HttpRequest) -> bool:
    return isinstance(request.user, User) and request.user.holds(Permission.USERS_MANAGE)


class AdministratorOnly(admin.ModelAdmin):
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


@admin.register(PeriodicTask)
class TimetableAdmin(AdministratorOnly):
    """One row per job: choose its time, or switch it off."""

    list_display = ["name", "crontab", "enabled", "last_run_at"]
    fields = ["name", "crontab", "enabled", "last_run_at"]
    readonly_fields = ["name", "last_run_at"]

    def get_queryset(self, request: HttpRequest) -> Any:
        """The jobs of the register; the sweep of the outbox is not for changing."""
        return super().get_queryset(request).filter(task=TASK)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Jobs come from the program."""
        return False


@admin.register(CrontabSchedule)
class TimeAdmin(AdministratorOnly):
    """Times to choose from."""

    list_display = ["__str__", "timezone"]
