"""Thin shells of the exports' promised jobs."""

from slrt.core import outbox


@outbox.handler("exports.build")
def build(export_id: int) -> None:
    """Make the file of a long list."""
    from slrt.exports.building import build as make

    make(export_id)
