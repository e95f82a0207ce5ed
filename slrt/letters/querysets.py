"""Vocabulary for letter texts."""

from django.db import models


class LetterTemplateQuerySet(models.QuerySet):
    """Texts by what they are for."""

    def in_use(self, kind: str, language: str) -> "models.QuerySet":
        """Active versions of a kind in a language, the one to be printed first."""
        return self.filter(kind=kind, language=language, active=True).order_by("-version")
