"""Codes of referrals with their Indonesian labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReferralKind(models.TextChoices):
    """Horizontal and vertical links."""

    INTERNAL = "internal", _("Dalam Dinas Sosial")
    EXTERNAL_AGENCY = "external_agency", _("Dinas atau instansi lain")
    PARTNER = "partner", _("Mitra")
    VERTICAL = "vertical", _("Jenjang di atasnya")


class ReferralState(models.TextChoices):
    """States of a referral; moves stand in referrals/workflow/."""

    DRAFT = "draft", _("Draf")
    PREREQUISITES_MISSING = "prerequisites_missing", _("Syarat kurang")
    AWAITING_REVIEW = "awaiting_review", _("Menunggu persetujuan")
    RETURNED = "returned", _("Dikembalikan")
    INITIALLED = "initialled", _("Diparaf")
    SIGNED = "signed", _("Ditandatangani")
    SENT = "sent", _("Terkirim")
    RECEIVED = "received", _("Sudah dibaca penerima")
    ACCEPTED = "accepted", _("Diterima dan dikerjakan")
    WAITLISTED = "waitlisted", _("Daftar tunggu")
    NEED_INFO = "need_info", _("Minta data")
    REDIRECTED = "redirected", _("Dialihkan")
    EXPIRED = "expired", _("Kembali tanpa jawaban")
    REJECTED = "rejected", _("Ditolak penerima")
    SERVED = "served", _("Bantuan diberikan")
    FAILED = "failed", _("Gagal diberikan")
    RE_REFERRED = "re_referred", _("Dirujuk ulang")
    CLOSED_UNSERVED = "closed_unserved", _("Ditutup tanpa bantuan")
    CONFIRMED = "confirmed", _("Dipastikan warga")
    CLOSED = "closed", _("Selesai")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        if self in (self.SERVED, self.CONFIRMED, self.CLOSED):
            return "good"
        if self in (self.PREREQUISITES_MISSING, self.RETURNED, self.NEED_INFO, self.WAITLISTED, self.EXPIRED):
            return "warn"
        if self in (self.REJECTED, self.FAILED, self.CLOSED_UNSERVED):
            return "bad"
        return "neutral" if self in (self.DRAFT, self.CANCELLED, self.RE_REFERRED) else "progress"


class RejectReason(models.TextChoices):
    """Why a receiver says no."""

    NO_QUOTA = "no_quota", _("Kuota habis")
    NOT_ELIGIBLE = "not_eligible", _("Tidak memenuhi syarat")
    ALREADY_SERVED = "already_served", _("Sudah menerima")
    PAPERS_MISSING = "papers_missing", _("Berkas kurang")
    WRONG_RECEIVER = "wrong_receiver", _("Bukan kewenangan kami")
    NOT_FOUND = "not_found", _("Warga tidak ditemukan")
    OTHER = "other", _("Alasan lain")


class LegalBasis(models.TextChoices):
    """Law 27/2022 on personal data, article 20(2)."""

    PUBLIC_TASK = "public_task", _("Tugas pelayanan publik")
    LEGAL_DUTY = "legal_duty", _("Kewajiban hukum")
    CONSENT = "consent", _("Persetujuan warga")
    VITAL = "vital", _("Kepentingan vital (darurat)")
