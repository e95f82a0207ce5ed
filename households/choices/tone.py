"""Choices that know the tone of their badge."""

from django.db import models


class Toned(models.TextChoices):
    """Choices that know the tone of their badge: neutral, info, progress, good, warn or bad."""

    @property
    def tone(self) -> str:
        return "neutral"
