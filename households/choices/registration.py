"""States of a family's way into the registry, the signs against it and the reasons to leave."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from households.choices.tone import Toned


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
    END_PROPOSED = "end_proposed", _("Diusulkan berakhir")
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
        if self in (
            self.IDENTITY_FIX,
            self.RETURNED,
            self.RETURNED_TO_VILLAGE,
            self.UPDATE_DUE,
            self.EXIT_PROPOSED,
            self.END_PROPOSED,
        ):
            return "warn"
        if self in (self.REJECTED_BY_MEETING, self.NOT_DETERMINED, self.NOT_FOUND, self.REFUSED, self.DUPLICATE):
            return "bad"
        if self in (self.DRAFT, self.MOVED, self.PART_OF_OTHER, self.EXITED):
            return "neutral"
        return "progress"


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


class ExitReason(models.TextChoices):
    """Why a family leaves the registry."""

    DIED = "died", _("Meninggal tanpa pengganti")
    MOVED = "moved", _("Pindah")
    GRADUATED = "graduated", _("Sudah mampu")
    INELIGIBLE = "ineligible", _("Tidak memenuhi syarat")
