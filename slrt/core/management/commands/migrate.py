"""Applies migrations, each wholly or not at all, also when the machine stops in the middle of one.

Django notes a migration as applied after its transaction where statements were left for its end, as foreign keys and indexes are.
Stopped between the two, its tables are there and it is not noted: ever after it fails at its first table. Here the note is part of
the transaction.
"""

from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import transaction
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor


class WholeExecutor(MigrationExecutor):
    """Django's, with what it notes of a migration in the migration's own transaction."""

    def apply_migration(self, state: Any, migration: Migration, fake: bool = False, fake_initial: bool = False) -> Any:
        """Run a migration forwards and note it."""
        with self._whole(migration):
            return super().apply_migration(state, migration, fake, fake_initial)

    def unapply_migration(self, state: Any, migration: Migration, fake: bool = False) -> Any:
        """Run a migration backwards and note it."""
        with self._whole(migration):
            return super().unapply_migration(state, migration, fake)

    def _whole(self, migration: Migration) -> AbstractContextManager[Any]:
        return transaction.atomic(using=self.connection.alias) if migration.atomic else nullcontext()


# Django's command can be given no other.
migrate.MigrationExecutor = WholeExecutor  # type: ignore[attr-defined]


class Command(migrate.Command):
    """Django's command, with migrations that are whole."""
