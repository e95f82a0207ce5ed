from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "slrt.jobs"
    label = "jobs"
    verbose_name = _("Pekerjaan berkala")

    def ready(self) -> None:
        from slrt.jobs import running, schedule  # noqa: F401  (registers the outbox handler)

        autodiscover_modules("jobs")
        post_migrate.connect(schedule.after_migrate, sender=self)
