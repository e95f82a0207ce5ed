"""Codes of the registry with their Indonesian labels, in files named like those of `households/models/` that hold them."""
