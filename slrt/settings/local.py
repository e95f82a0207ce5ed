"""One machine, no servers to install: embedded PostgreSQL, keys and files under var/, demo mode on."""

import os

from slrt.local.keys import ensure_keys
from slrt.local.postgres import database_url

for _name, _value in ensure_keys().items():
    os.environ.setdefault(_name, _value)
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = database_url()
os.environ.setdefault("SLRT_DEMO", "1")

from slrt.settings.base import *  # noqa: E402, F403

SHOW_COMPONENTS = True
