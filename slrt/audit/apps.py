from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "slrt.audit"
    label = "audit"
    verbose_name = "Jejak audit"
