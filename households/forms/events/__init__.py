"""Forms of registry events, by what they are about."""
