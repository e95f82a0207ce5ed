"""Django's createsuperuser, whose account stands in the trail: no line, no account."""

from typing import Any

from django.contrib.auth.management.commands import createsuperuser
from django.db import transaction

from slrt.accounts.models import User
from slrt.audit import changes


class Command(createsuperuser.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with transaction.atomic():
            known = set(User.objects.filter(is_superuser=True).values_list("pk", flat=True))
            said = super().handle(*args, **options)
            for account in User.objects.filter(is_superuser=True).exclude(pk__in=known):
                changes.note(account, {}, changes.values_of(account), by=None, console=True)
        return said
