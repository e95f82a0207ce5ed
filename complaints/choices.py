"""Codes of complaints with their Indonesian labels."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ComplaintKind(models.TextChoices):
    """The three kinds of keluhan of the SLRT front and back office manual."""

    QUESTION = "question", _("Pertanyaan")
    SUGGESTION = "suggestion", _("Saran")
    GRIEVANCE = "grievance", _("Pengaduan")


class Sector(models.TextChoices):
    """The nine information sectors of SLRT and protection."""

    HEALTH = "health", _("Kesehatan")
    EDUCATION = "education", _("Pendidikan")
    SOCIAL_ECONOMIC = "social_economic", _("Sosial ekonomi")
    FOOD = "food", _("Pangan")
    ENERGY = "energy", _("Energi")
    AGRICULTURE = "agriculture", _("Pertanian")
    FISHERIES = "fisheries", _("Perikanan")
    HOUSING = "housing", _("Perumahan")
    CIVIL_REGISTRATION = "civil_registration", _("Kependudukan")
    PROTECTION = "protection", _("Perlindungan")


class Issue(models.TextChoices):
    """What the complaint is about."""

    NOT_REGISTERED = "not_registered", _("Layak tetapi belum terdaftar")
    NOTHING_RECEIVED = "nothing_received", _("Terdaftar tetapi tidak menerima")
    AID_UNFIT = "aid_unfit", _("Bantuan tidak sesuai kebutuhan")
    AID_STOPPED = "aid_stopped", _("Bantuan berhenti, terlambat, atau kurang")
    CARD = "card", _("Kartu hilang, terblokir, atau lupa PIN")
    DATA_WRONG = "data_wrong", _("Data salah (NIK, KK, nama)")
    WRONG_RECIPIENT = "wrong_recipient", _("Penerima tidak tepat")
    ILLEGAL_CHARGE = "illegal_charge", _("Pungutan liar")
    CONDUCT = "conduct", _("Sikap petugas")
    CHANGE = "change", _("Perubahan keadaan (lahir, meninggal, pindah)")
    PREREQUISITE = "prerequisite", _("Syarat belum lengkap")
    INFORMATION = "information", _("Minta penjelasan")
    OTHER = "other", _("Lainnya")


class Channel(models.TextChoices):
    """How the complaint came in."""

    HOME_VISIT = "home_visit", _("Kunjungan rumah")
    WALK_IN_OFFICE = "walk_in_office", _("Datang ke sekretariat")
    WALK_IN_PUSKESOS = "walk_in_puskesos", _("Datang ke Puskesos")
    PHONE = "phone", _("Telepon atau WhatsApp")
    WEB = "web", _("Web")
    LAPOR = "lapor", _("SP4N-LAPOR!")
    AGENCY = "agency", _("Dari dinas lain")


class Urgency(models.TextChoices):
    """Danger to life and medical emergencies come first."""

    NORMAL = "normal", _("Biasa")
    URGENT = "urgent", _("Genting")

    @property
    def tone(self) -> str:
        return "bad" if self == self.URGENT else "neutral"


class ComplaintState(models.TextChoices):
    """States of a complaint; moves stand in complaints/workflow.py."""

    RECORDED = "recorded", _("Tercatat")
    TRIAGED = "triaged", _("Sudah dipilah")
    ANSWERED_ON_SPOT = "answered_on_spot", _("Dijawab di tempat")
    DATA_CHECK = "data_check", _("Pemeriksaan data")
    HOME_VISIT = "home_visit", _("Menunggu kunjungan")
    ASSESSED = "assessed", _("Sudah dinilai")
    INCOMPLETE = "incomplete", _("Menunggu warga")
    IN_HANDLING = "in_handling", _("Ditangani")
    REFERRED = "referred", _("Dirujuk")
    RESOLVED = "resolved", _("Ada hasil")
    FEEDBACK_GIVEN = "feedback_given", _("Hasil disampaikan")
    REOPENED = "reopened", _("Dibuka kembali")
    CLOSED = "closed", _("Selesai")
    REJECTED = "rejected", _("Tidak diteruskan")

    @property
    def tone(self) -> str:
        if self in (self.CLOSED, self.FEEDBACK_GIVEN):
            return "good"
        if self in (self.INCOMPLETE, self.REOPENED, self.RESOLVED, self.ANSWERED_ON_SPOT):
            return "warn"
        if self == self.REJECTED:
            return "bad"
        return "info" if self == self.RECORDED else "progress"


class EscalationLevel(models.TextChoices):
    """Who has to deal with it."""

    VILLAGE = "village", _("Desa")
    SUBDISTRICT = "subdistrict", _("Kecamatan")
    DISTRICT = "district", _("Kabupaten")
    TKPK = "tkpk", _("TKPK atau provinsi")
    MINISTRY = "ministry", _("Kementerian")


class Outcome(models.TextChoices):
    """What came of it."""

    GRANTED = "granted", _("Dipenuhi")
    PARTLY = "partly", _("Dipenuhi sebagian")
    REFUSED = "refused", _("Ditolak dengan alasan")
    NO_QUOTA = "no_quota", _("Belum bisa: kuota habis")
    WITHDRAWN = "withdrawn", _("Dicabut warga")


class FeedbackMean(models.TextChoices):
    """How the citizen was told."""

    VISIT = "visit", _("Kunjungan")
    PHONE = "phone", _("Telepon")
    MESSAGE = "message", _("Pesan WhatsApp atau SMS")
    OFFICE = "office", _("Warga datang")
    LETTER = "letter", _("Surat")


class Way(models.TextChoices):
    """Which way a routing rule proposes; the values are verbs of complaints/workflow.py, but for the referral above it."""

    CHECK = "check", _("Periksa data DTSEN")
    ASK_VISIT = "ask_visit", _("Minta kunjungan rumah")
    HANDLE = "handle", _("Tangani sendiri")
    REFER = "refer", _("Rujuk ke lembaga")
