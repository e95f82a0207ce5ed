"""The bulk import of the DTKS/DTSEN extract: sniff, read, check, stage, compare, apply.

`run.preview` and `run.apply` are the doors. Reading and checking are vectorised (Polars); comparing and applying are set-based SQL
in one transaction (PostgreSQL); NIK and KK numbers exist in clear only in memory.
"""
