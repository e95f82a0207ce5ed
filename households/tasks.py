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


@outbox.handler("households.put_old_previews_aside")
def put_old_previews_aside() -> None:
    """Free the space of previews that nobody decided on."""
    from households.importing.run import put_old_previews_aside as put_aside

    put_aside()


@outbox.handler("households.flag_outdated")
def flag_outdated() -> None:
    """Mark registrations whose household's data are older than the set age."""
    from households.updating import flag_outdated as flag

    flag()


@outbox.handler("households.search_duplicates")
def search_duplicates(persons: list[int] | None = None) -> None:
    """Look for people registered twice: among everybody who changed, or among some persons who were just written."""
    from households.duplicates.search import search

    search(only=persons)
