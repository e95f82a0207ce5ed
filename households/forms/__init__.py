"""Forms of the registry, split by screen."""
