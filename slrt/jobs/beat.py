"""django-celery-beat under the name that the administration shows."""

from django.utils.translation import gettext_lazy as _
from django_celery_beat.apps import BeatConfig


class TimetableConfig(BeatConfig):
    """The timetable of the periodic jobs."""

    verbose_name = _("Pekerjaan berkala")
