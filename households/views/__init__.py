"""Pages of the registry, split by what one does there."""
