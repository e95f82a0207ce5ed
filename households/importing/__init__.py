"""The bulk import of the DTKS/DTSEN extract: sniff, read, check, stage, compare, write.

The doors stand in the order of a run's life: `uploading`, `previewing` (with `matching` when headings are unknown), `applying`, `ending`;
one run is one row, and its page shows the truth at any time. `claiming` keeps two from working on the same, `telling` says how far
one has come. Reading and checking are vectorised (Polars); comparing and writing are set-based SQL in one transaction
(PostgreSQL); NIK and KK numbers exist in clear only in memory.
"""
