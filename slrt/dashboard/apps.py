from django.apps import AppConfig


class DashboardConfig(AppConfig):
    name = "slrt.dashboard"
    label = "dashboard"
