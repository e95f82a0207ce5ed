"""One person registered twice: folded names, blocking keys, scores, the search over the registry, merging and its undo."""
