"""Codes of the registry with their Indonesian labels. Raw codes follow BDT 2015 (SIKS-NG) where one exists."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Toned(models.TextChoices):
    """Choices that know the tone of their badge: neutral, info, progress, good, warn or bad."""

    @property
    def tone(self) -> str:
        return "neutral"


class Sex(models.TextChoices):
    """BDT block IV."""

    MALE = "1", _("Laki-laki")
    FEMALE = "2", _("Perempuan")


class Relation(models.TextChoices):
    """BDT hub_krt and hub_kk."""

    HEAD = "1", _("Kepala keluarga")
    SPOUSE = "2", _("Istri atau suami")
    CHILD = "3", _("Anak")
    CHILD_IN_LAW = "4", _("Menantu")
    GRANDCHILD = "5", _("Cucu")
    PARENT = "6", _("Orang tua atau mertua")
    SERVANT = "7", _("Pembantu")
    OTHER = "8", _("Lainnya")


class MaritalStatus(models.TextChoices):
    """BDT status kawin."""

    SINGLE = "1", _("Belum kawin")
    MARRIED = "2", _("Kawin")
    DIVORCED = "3", _("Cerai hidup")
    WIDOWED = "4", _("Cerai mati")


class NikMatch(Toned):
    """What Dukcapil said of a NIK."""

    UNCHECKED = "unchecked", _("Belum dicek")
    MATCHED = "matched", _("Padan")
    UNMATCHED = "unmatched", _("Tidak padan")
    DUPLICATE = "duplicate", _("Ganda")
    OFFLINE = "offline", _("Layanan tidak tersambung")

    @property
    def tone(self) -> str:
        return {"matched": "good", "unmatched": "warn", "duplicate": "bad"}.get(self.value, "neutral")


class NoNikReason(models.TextChoices):
    """Why a person stands without NIK; each is a task toward civil registration."""

    NEWBORN = "newborn", _("Bayi baru lahir")
    NO_PAPERS = "no_papers", _("Belum pernah punya surat")
    LOST = "lost", _("Surat hilang")
    EXTRACT = "extract", _("Kosong di data unduhan")
    OTHER = "other", _("Alasan lain")


class RegistrationState(Toned):
    """The way into DTKS/DTSEN (Permensos 3/2021, Kepmensos 245/HUK/2025 and office procedures)."""

    DRAFT = "draft", _("Draf usulan")
    IDENTITY_CHECK = "identity_check", _("Cek identitas")
    IDENTITY_FIX = "identity_fix", _("Perbaikan identitas")
    INITIAL_LIST = "initial_list", _("Daftar awal")
    MEETING = "meeting", _("Musyawarah")
    FINAL_LIST = "final_list", _("Daftar akhir")
    REJECTED_BY_MEETING = "rejected_by_meeting", _("Ditolak musyawarah")
    FIELD_VERIFICATION = "field_verification", _("Verifikasi lapangan")
    VERIFIED = "verified", _("Terverifikasi")
    NOT_FOUND = "not_found", _("Tidak ditemukan")
    MOVED = "moved", _("Pindah")
    PART_OF_OTHER = "part_of_other", _("Bagian keluarga lain")
    REFUSED = "refused", _("Menolak didata")
    DUPLICATE = "duplicate", _("Data ganda")
    SUPERVISOR_APPROVED = "supervisor_approved", _("Disetujui supervisor")
    RETURNED = "returned", _("Dikembalikan supervisor")
    OFFICE_VERIFIED = "office_verified", _("Diverifikasi dinas")
    RETURNED_TO_VILLAGE = "returned_to_village", _("Dikembalikan ke desa")
    ENDORSED = "endorsed", _("Disahkan")
    SENT_TO_MINISTRY = "sent_to_ministry", _("Dikirim ke Kementerian")
    RANKED = "ranked", _("Sudah berdesil")
    DETERMINED = "determined", _("Ditetapkan")
    NOT_DETERMINED = "not_determined", _("Tidak ditetapkan")
    UPDATE_DUE = "update_due", _("Perlu diperbarui")
    EXIT_PROPOSED = "exit_proposed", _("Diusulkan keluar")
    EXITED = "exited", _("Keluar dari daftar")

    @property
    def tone(self) -> str:
        if self in (self.DETERMINED, self.RANKED):
            return "good"
        if self in (self.IDENTITY_FIX, self.RETURNED, self.RETURNED_TO_VILLAGE, self.UPDATE_DUE, self.EXIT_PROPOSED):
            return "warn"
        if self in (self.REJECTED_BY_MEETING, self.NOT_DETERMINED, self.NOT_FOUND, self.REFUSED, self.DUPLICATE):
            return "bad"
        if self in (self.DRAFT, self.MOVED, self.PART_OF_OTHER, self.EXITED):
            return "neutral"
        return "progress"


class VerificationResult(models.TextChoices):
    """SIKS-NG hasil_verivali."""

    COMPLETE = "1", _("Lengkap")
    NOT_FOUND = "2", _("Rumah tangga tidak ditemukan")
    MOVED = "3", _("Pindah")
    PART_OF_OTHER = "4", _("Bagian dari rumah tangga lain")
    REFUSED = "5", _("Menolak")
    DUPLICATE = "6", _("Ganda")


class CodeBook(models.TextChoices):
    """Which vocabulary a raw code belongs to; codes of the two clash."""

    BDT2015 = "bdt2015", "BDT 2015"
    REGSOSEK2022K = "regsosek2022k", "Regsosek 2022-K"


class SurveyKind(models.TextChoices):
    """Where a round's answers come from."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    VISIT = "visit", _("Kunjungan rumah")


class DecileSource(models.TextChoices):
    """Who stated a decile."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    RESULT = "result", _("Hasil penetapan")


class VisitStatus(Toned):
    """A visit is a draft until it is sent."""

    DRAFT = "draft", _("Draf")
    SENT = "sent", _("Terkirim")

    @property
    def tone(self) -> str:
        return "good" if self == self.SENT else "warn"


class ImportState(Toned):
    """Stages of a bulk import."""

    UPLOADED = "uploaded", _("Diunggah")
    READING = "reading", _("Sedang dibaca")
    PREVIEWED = "previewed", _("Siap diterapkan")
    APPLYING = "applying", _("Sedang diterapkan")
    APPLIED = "applied", _("Diterapkan")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        return {"applied": "good", "failed": "bad", "previewed": "warn", "cancelled": "neutral"}.get(
            self.value, "progress"
        )


class DuplicateState(Toned):
    """A pair that looks like one person: open until somebody says that it is two."""

    OPEN = "open", _("Belum diputuskan")
    DISMISSED = "dismissed", _("Bukan orang yang sama")

    @property
    def tone(self) -> str:
        return "warn" if self == self.OPEN else "neutral"


class MergeState(Toned):
    """Two entries made one: proposed by one person, confirmed by another, undone by either."""

    PROPOSED = "proposed", _("Menunggu orang kedua")
    MERGED = "merged", _("Digabung")
    REJECTED = "rejected", _("Ditolak")
    WITHDRAWN = "withdrawn", _("Ditarik")
    UNDONE = "undone", _("Dikembalikan")

    @property
    def tone(self) -> str:
        return {"proposed": "warn", "merged": "good", "rejected": "bad"}.get(self.value, "neutral")
