"""Sistem Layanan dan Rujukan Terpadu: wiring, ground and top of the project."""
