"""Sistem Layanan dan Rujukan Terpadu: wiring, ground and top of the project."""

from slrt.celery import app as celery_app

__all__ = ["celery_app"]
