"""Thin shells of the exports' promised jobs."""

from slrt.core import outbox


@outbox.handler("exports.build")
def build(export_id: int) -> None:
    """Make the file of a long list."""
    from slrt.exports.building import build as make

    make(export_id)


@outbox.handler("exports.clear_expired")
def clear_expired() -> None:
    """Remove files past their time."""
    from slrt.exports.expiry import clear_expired as clear

    clear()
