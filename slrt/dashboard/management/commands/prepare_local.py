"""What `make run` does to the database before it serves: tables, regions, programmes, demo data on the first start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from slrt.accounts.models import User
from slrt.jobs import schedule
from slrt.regions.models import Region


class Command(BaseCommand):
    """Safe to run at every start; does only what is missing."""

    help = "Bring a local database up to date: tables, regions, and demo data on the first start."

    def handle(self, *args: Any, **options: Any) -> None:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            call_command("migrate", verbosity=0, interactive=False)
        schedule.install()
        if not Region.objects.filter(level=4).exists():
            self.stdout.write("Loading the regions of Indonesia …")
            call_command("load_regions", verbosity=0)
        if settings.DEMO_MODE and not User.objects.exists():
            self.stdout.write("Making demo data …")
            call_command("seed_demo")
