"""Opening and closing of letters in the office's own words, by kind, language and version."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from slrt.letters.choices import PLACEHOLDERS, LetterKind
from slrt.letters.filling import fault
from slrt.letters.querysets import LetterTemplateQuerySet


class LetterTemplate(models.Model):
    """One version of a letter's texts. The newest active one of a kind and language is printed; old ones stay to be read."""

    kind = models.CharField(_("jenis surat"), max_length=12, choices=LetterKind)
    language = models.CharField(_("bahasa"), max_length=5, choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)
    version = models.PositiveSmallIntegerField(_("versi"), default=1, validators=[MinValueValidator(1)])
    opening = models.TextField(_("pembuka"), max_length=2000, blank=True)
    closing = models.TextField(_("penutup"), max_length=2000, blank=True)
    active = models.BooleanField(_("aktif"), default=True)

    objects = LetterTemplateQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "language", "-version"]
        verbose_name = _("teks surat")
        verbose_name_plural = _("teks surat")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "language", "version"],
                name="one_letter_version",
                violation_error_message=_("Versi ini sudah ada. Naikkan nomornya."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.language} {self.version}"

    def clean(self) -> None:
        """Every placeholder has to be one that a letter of this kind knows."""
        known = PLACEHOLDERS.get(self.kind, ())
        wrong = {name: fault(getattr(self, name), known) for name in ("opening", "closing")}
        wrong = {name: sentence for name, sentence in wrong.items() if sentence}
        if wrong and known:
            raise ValidationError(wrong)
