"""Thin shells of the registry's promised jobs."""

from slrt.core import outbox


@outbox.handler("households.preview_import", long=True)
def preview_import(run_id: int) -> None:
    """Read and compare an uploaded extract."""
    from households.importing.previewing import preview

    preview(run_id)


@outbox.handler("households.apply_import", long=True)
def apply_import(run_id: int) -> None:
    """Write a previewed extract."""
    from households.importing.applying import apply

    apply(run_id)


@outbox.handler("households.take_import_back", long=True)
def take_import_back(run_id: int) -> None:
    """Undo an applied extract."""
    from households.importing.undoing import take_back

    take_back(run_id)


@outbox.handler("households.tidy_name_index")
def tidy_name_index() -> None:
    """Sort the names of an import into their index."""
    from households.importing.writing import tidy_name_index as tidy

    tidy()


@outbox.handler("households.search_duplicates", long=True)
def search_duplicates(persons: list[int] | None = None) -> None:
    """Look for people registered twice: among everybody who changed, or among some persons who were just written."""
    from households.duplicates.search import search

    search(only=persons)
