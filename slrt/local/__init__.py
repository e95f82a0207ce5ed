"""Running SLRT on one machine without installing servers: embedded PostgreSQL, keys, all processes. Not used in production."""
