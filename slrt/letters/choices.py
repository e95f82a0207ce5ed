"""Kinds of letters and what their texts may ask to have filled in."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LetterKind(models.TextChoices):
    """The papers whose opening and closing an office words itself."""

    REFERRAL = "referral", _("Surat rujukan")
    COMPLAINT = "complaint", _("Bukti keluhan")
    ATTENDANCE = "attendance", _("Daftar hadir musyawarah")
    MINUTES = "minutes", _("Berita acara musyawarah")


_MEETING = ("desa", "tanggal", "tempat", "pemimpin")
# What a text may ask for, by kind of letter. No number of a person: the letter's own part prints what is needed, and no more.
PLACEHOLDERS: dict[str, tuple[str, ...]] = {
    LetterKind.REFERRAL: ("nomor", "tanggal", "nama", "program", "lembaga", "desa", "tenggat"),
    LetterKind.COMPLAINT: ("nomor", "tanggal", "kode", "bidang", "desa", "tenggat"),
    LetterKind.ATTENDANCE: _MEETING,
    LetterKind.MINUTES: (*_MEETING, "nomor", "hadir"),
}
