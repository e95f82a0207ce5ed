"""Django's changepassword, whose step stands in the trail: that a password was set, never what it is."""

from typing import Any

from django.contrib.auth.management.commands import changepassword
from django.db import transaction

from slrt.accounts.models import User
from slrt.audit import changes


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with transaction.atomic():
            before = {account.pk: changes.values_of(account) for account in self._named(options)}
            said = super().handle(*args, **options)
            for account in self._named(options):
                changes.note(account, before[account.pk], changes.values_of(account), by=None, console=True)
        return said

    def _named(self, options: dict[str, Any]) -> Any:
        return User.objects.filter(username=options["username"])
