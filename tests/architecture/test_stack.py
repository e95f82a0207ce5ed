"""The stack is one-way, also where the import checker cannot see: foreign keys written as strings."""

from django.apps import apps

# From the ground up; an app may point to itself and to those before it.
ORDER = [
    "core",
    "regions",
    "accounts",
    "audit",
    "jobs",
    "exports",
    "letters",
    "workflow",
    "households",
    "programs",
    "complaints",
    "referrals",
    "dashboard",
]


def test_foreign_keys_point_down():
    upward = []
    for model in apps.get_models(include_auto_created=True):
        own = model._meta.app_label
        if own not in ORDER:
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if not field.concrete or target is None or not hasattr(target, "_meta"):
                continue
            other = target._meta.app_label
            if other in ORDER and ORDER.index(other) > ORDER.index(own):
                upward.append(f"{model.__name__}.{field.name} -> {target.__name__}")
    assert upward == []


def test_every_app_of_ours_stands_in_the_order():
    ours = {config.label for config in apps.get_app_configs() if config.name.split(".")[0] in {"slrt", *ORDER}}
    assert ours == set(ORDER)
