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
    NOT_KNOWN = "not_known", _("Tidak tahu NIK-nya")
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


class MeetingState(Toned):
    """A village meeting's record: families and decisions are entered, then it is closed and they take effect."""

    OPEN = "open", _("Sedang disusun")
    CLOSED = "closed", _("Selesai")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        return {"open": "progress", "closed": "good"}.get(self.value, "neutral")


class MeetingReason(models.TextChoices):
    """Why a meeting takes a family off the list (reasons of the SIKS-NG meeting screen)."""

    WELL_OFF = "well_off", _("Sudah mampu")
    NOT_FOUND = "not_found", _("Tidak ditemukan")
    DUPLICATE = "duplicate", _("Data ganda")
    MOVED = "moved", _("Sudah pindah")
    DIED = "died", _("Sudah meninggal")


class AttendeeRole(models.TextChoices):
    """In what function somebody took part in a village meeting."""

    VILLAGE_HEAD = "village_head", _("Wali nagari, lurah, atau kepala desa")
    COUNCIL = "council", _("Bamus atau BPD")
    HAMLET_HEAD = "hamlet_head", _("Kepala jorong, dusun, RT, atau RW")
    FIGURE = "figure", _("Tokoh masyarakat")
    WOMEN = "women", _("Wakil perempuan")
    POOR = "poor", _("Wakil warga miskin")
    FACILITATOR = "facilitator", _("Fasilitator atau pendamping")
    OTHER = "other", _("Lainnya")


class PaperKind(models.TextChoices):
    """What a scanned paper is."""

    MINUTES = "minutes", _("Berita acara musyawarah")
    SPTJM = "sptjm", _("SPTJM")


class ExitReason(models.TextChoices):
    """Why a family leaves the registry."""

    DIED = "died", _("Meninggal tanpa pengganti")
    MOVED = "moved", _("Pindah")
    GRADUATED = "graduated", _("Sudah mampu")
    INELIGIBLE = "ineligible", _("Tidak memenuhi syarat")


class ToldHow(models.TextChoices):
    """How a family heard the result."""

    VISIT = "visit", _("Kunjungan ke rumah")
    OFFICE = "office", _("Datang ke kantor")
    PHONE = "phone", _("Telepon")
    MESSAGE = "message", _("Pesan singkat atau WhatsApp")
    LETTER = "letter", _("Surat")


class ToldWhom(models.TextChoices):
    """Who of the family heard it; a role, never a name."""

    HEAD = "head", _("Kepala keluarga")
    MEMBER = "member", _("Anggota keluarga lain")
    PROXY = "proxy", _("Orang yang dikuasakan")
    HAMLET = "hamlet", _("Kepala jorong atau RT, untuk diteruskan")


class RevisitState(Toned):
    """A supervisor's second look at a verified family."""

    DRAWN = "drawn", _("Perlu ditinjau ulang")
    AGREES = "agrees", _("Sesuai")
    DIFFERS = "differs", _("Berbeda")

    @property
    def tone(self) -> str:
        return {"agrees": "good", "differs": "bad"}.get(self.value, "warn")


class AnswerFileState(Toned):
    """The ministry's answer file: looked through first, then applied once."""

    PREVIEWED = "previewed", _("Siap diterapkan")
    APPLIED = "applied", _("Diterapkan")
    CANCELLED = "cancelled", _("Dibatalkan")

    @property
    def tone(self) -> str:
        return {"applied": "good", "previewed": "warn"}.get(self.value, "neutral")


class AnswerKind(Toned):
    """What a row of the answer file will do."""

    DETERMINED = "determined", _("Ditetapkan")
    NOT_DETERMINED = "not_determined", _("Tidak ditetapkan")
    RANKED = "ranked", _("Baru desil, belum ditetapkan")
    ANSWERED = "answered", _("Sudah dijawab sebelumnya")
    NOT_SENT = "not_sent", _("Belum dikirim dari sini")
    LEAVING = "leaving", _("Sedang diusulkan keluar; putuskan dulu, lalu unggah lagi")
    UNKNOWN = "unknown", _("Tidak dikenal di wilayah Anda")

    @property
    def tone(self) -> str:
        return {"determined": "good", "ranked": "good", "not_determined": "bad", "unknown": "warn"}.get(
            self.value, "neutral"
        )


class AnswerOutcome(models.TextChoices):
    """What became of a row when the file was applied."""

    WAITING = "", _("Belum diterapkan")
    DONE = "done", _("Dicatat")
    SKIPPED = "skipped", _("Dilewati")
    FAILED = "failed", _("Gagal")


class ObjectionState(Toned):
    """Usul-sanggah: the four words villages already use."""

    FILED = "filed", _("Diajukan")
    IN_PROCESS = "in_process", _("Diproses")
    ACCEPTED = "accepted", _("Diterima")
    REJECTED = "rejected", _("Ditolak")

    @property
    def tone(self) -> str:
        return {"filed": "warn", "in_process": "progress", "accepted": "good"}.get(self.value, "bad")


class ObjectionKind(models.TextChoices):
    """Proposing a family that is missing, or contesting one that is listed."""

    PROPOSE = "propose", _("Usul: keluarga ini seharusnya terdaftar")
    CONTEST = "contest", _("Sanggah: keluarga ini seharusnya tidak terdaftar")


class ObjectorKind(models.TextChoices):
    """Who objects."""

    CITIZEN = "citizen", _("Warga")
    FAMILY = "family", _("Keluarga itu sendiri")
    RT_RW = "rt_rw", _("RT, RW, jorong, atau dusun")
    VILLAGE = "village", _("Pemerintah desa atau nagari")


class Exclusion(models.TextChoices):
    """Signs against receiving aid (Kepmensos 73/HUK/2024 and the DTSEN rules): warnings, never a decision."""

    NO_ADDRESS = "no_address", _("Alamat tidak ditemukan")
    NOT_FOUND = "not_found", _("Orangnya tidak ditemukan")
    DIED = "died", _("Meninggal tanpa pengganti")
    STATE_PAID = "state_paid", _("ASN, TNI, Polri, BUMN, BUMD, pensiunan, atau keluarganya")
    PAID_BUDGET = "paid_budget", _("Guru bersertifikat, perangkat desa, atau dibayar APBN/APBD")
    WAGE = "wage", _("Penghasilan di atas upah minimum")
    OWNER = "owner", _("Pemilik atau pengurus perusahaan")
    POWER = "power", _("Daya listrik di atas 2.200 VA")
    OTHER_AID = "other_aid", _("Sudah dibantu dari sumber lain")
    REFUSES = "refuses", _("Menolak bantuan")


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
    LIST = "list", _("Daftar desil")


class VisitStatus(Toned):
    """A visit is a draft until it is sent, or until the family refuses."""

    DRAFT = "draft", _("Draf")
    SENT = "sent", _("Terkirim")
    REFUSED = "refused", _("Keluarga menolak")

    @property
    def tone(self) -> str:
        return {"sent": "good", "refused": "neutral"}.get(self.value, "warn")


class RefusalReason(models.TextChoices):
    """Why a family does not want to be recorded, as far as it says so. A reason is never demanded of it."""

    NOT_SAID = "not_said", _("Tidak mau menyebut alasan")
    NO_TIME = "no_time", _("Tidak ada waktu sekarang")
    NO_NEED = "no_need", _("Merasa tidak membutuhkan")
    NO_TRUST = "no_trust", _("Khawatir datanya disalahgunakan")
    ABSENT = "absent", _("Yang berhak memutuskan tidak di rumah")


class ImportKind(models.TextChoices):
    """What a bulk file is. Each kind has its own columns and writes its own rows."""

    EXTRACT = "extract", _("Data unduhan DTSEN")
    DECILES = "deciles", _("Daftar desil per periode")
    MATCH = "match", _("Hasil pemadanan Dukcapil")
    PARTICIPATION = "participation", _("Daftar peserta program")


# Its value moves whenever a row of the registry is written, see slrt/core/marks.py.
REGISTRY_WRITES = "households_writes"


class VisitOrigin(models.TextChoices):
    """Who thought of a visit."""

    OWN = "own", _("Dimulai fasilitator")
    RENEWAL = "renewal", _("Pembaruan data berkala")


class ImportState(Toned):
    """Stages of a bulk import."""

    UPLOADED = "uploaded", _("Diunggah")
    READING = "reading", _("Sedang dibaca")
    COLUMNS = "columns", _("Perlu pencocokan kolom")
    PREVIEWED = "previewed", _("Siap diterapkan")
    APPLYING = "applying", _("Sedang diterapkan")
    APPLIED = "applied", _("Diterapkan")
    FAILED = "failed", _("Gagal")
    CANCELLED = "cancelled", _("Dibatalkan")
    TAKING_BACK = "taking_back", _("Sedang ditarik kembali")
    TAKEN_BACK = "taken_back", _("Ditarik kembali")

    @property
    def tone(self) -> str:
        tones = {"applied": "good", "failed": "bad", "previewed": "warn", "columns": "warn"}
        return {**tones, "cancelled": "neutral", "taken_back": "neutral"}.get(self.value, "progress")


class EventKind(models.TextChoices):
    """What happens to families and their members; each leaves one registry event that can be undone for a day."""

    BIRTH = "birth", _("Kelahiran")
    DEATH = "death", _("Kematian")
    MOVE = "move", _("Anggota pindah keluarga")
    LEFT = "left", _("Anggota pindah ke luar data")
    ABSENCE = "absence", _("Anggota sedang tidak di rumah")
    BACK = "back", _("Anggota kembali")
    SPLIT = "split", _("Kartu keluarga dipecah")
    REHOUSE = "rehouse", _("Keluarga pindah rumah")
    HEAD = "head", _("Kepala keluarga diganti")
    HOUSE_HEAD = "house_head", _("Kepala rumah tangga diganti")
    CARD = "card", _("Nomor KK diganti")
    CORRECTION = "correction", _("Data anggota dibetulkan")


class AbsenceReason(models.TextChoices):
    """Why a member is away and still belongs to the family card."""

    WORK = "work", _("Bekerja di tempat lain")
    SCHOOL = "school", _("Sekolah di tempat lain")
    CARE = "care", _("Dirawat")
    DETAINED = "detained", _("Ditahan")
    UNKNOWN = "unknown", _("Tidak diketahui")


class MatchSource(models.TextChoices):
    """Where a NIK was compared."""

    DUKCAPIL = "dukcapil", _("Layanan Dukcapil")
    SIKS = "siks", _("SIKS-NG")
    PAPER = "paper", _("KTP atau KK asli")


class CivilTaskState(Toned):
    """How far a person without NIK is on the way to civil registration; done once the NIK is filled in."""

    OPEN = "open", _("Belum dibawa ke Disdukcapil")
    HANDED = "handed", _("Sudah dibawa ke Disdukcapil")
    RETURNED = "returned", _("Dikembalikan, surat kurang")

    @property
    def tone(self) -> str:
        return {"handed": "progress", "returned": "bad"}.get(self.value, "warn")


class PhotoKind(models.TextChoices):
    """What a photo shows."""

    FRONT = "front", _("Depan rumah")
    INSIDE = "inside", _("Dalam rumah")
    HOUSE = "house", _("Bagian rumah lain")
    KK = "kk", _("Kartu keluarga")
    KTP = "ktp", _("KTP")


# What shows a house and not the family that lives in it.
HOUSE_PHOTOS = (PhotoKind.FRONT, PhotoKind.INSIDE, PhotoKind.HOUSE)


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
