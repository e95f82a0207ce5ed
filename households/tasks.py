"""Thin shells of the registry's promised jobs."""

from slrt.core import outbox


@outbox.handler("households.preview_import")
def preview_import(run_id: int) -> None:
    """Read and compare an uploaded extract."""
    from households.importing.run import preview

    preview(run_id)


@outbox.handler("households.apply_import")
def apply_import(run_id: int) -> None:
    """Write a previewed extract."""
    from households.importing.run import apply

    apply(run_id)
