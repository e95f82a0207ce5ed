from django.apps import AppConfig


class WorkflowConfig(AppConfig):
    name = "slrt.workflow"
    label = "workflow"
