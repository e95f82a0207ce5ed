"""System checks on what would otherwise fail late and quietly."""

from importlib.util import find_spec

from django.conf import settings
from django.core.checks import Error, register


@register()
def psycopg3_is_absent(app_configs, **kwargs):
    """Django prefers psycopg 3 when it is importable, and the COPY the bulk import relies on would vanish."""
    if find_spec("psycopg") is not None:
        return [
            Error("psycopg 3 is installed; SLRT needs psycopg2 alone.", hint="pip uninstall psycopg", id="slrt.E001")
        ]
    return []


@register()
def field_keys_are_there(app_configs, **kwargs):
    """Without keys no NIK can be stored or found."""
    from slrt.core import crypto

    if not settings.FIELD_KEYS:
        return [Error("SLRT_FIELD_KEYS is empty.", id="slrt.E002")]
    try:
        crypto.keyring()
    except ValueError as fault:
        return [Error(str(fault), id="slrt.E003")]
    return []
