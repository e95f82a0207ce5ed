"""Who may do what: one list of permissions, one list of roles, one table between them.

The powers follow the guidelines' division of work (facilitator, front and back office, coordinator, supervisor, manager,
head of office) with the rule that nobody endorses data they entered; see docs/architecture.md.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A working role. One person may hold several, each in its own area."""

    FACILITATOR = "facilitator", _("Fasilitator")
    FRONT_OFFICER = "front_officer", _("Petugas front office")
    BACK_OFFICER = "back_officer", _("Petugas back office")
    COORDINATOR = "coordinator", _("Koordinator Puskesos")
    SUPERVISOR = "supervisor", _("Supervisor")
    MANAGER = "manager", _("Manajer")
    HEAD_OF_OFFICE = "head_of_office", _("Kepala dinas")
    AGENCY_OFFICER = "agency_officer", _("Petugas dinas penerima rujukan")
    PARTNER_OFFICER = "partner_officer", _("Petugas mitra")
    TKPK_VIEWER = "tkpk_viewer", _("Pembaca TKPK")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(models.TextChoices):
    """Something a person may see or do. The part before the dot names the thing, the part after it the verb."""

    FAMILY_VIEW = "family.view", _("melihat data keluarga")
    PERSON_REVEAL = "person.reveal", _("melihat NIK, nomor KK, dan jawaban pribadi lengkap")
    FAMILY_CHANGE = "family.change", _("mencatat perubahan keluarga dan anggotanya")
    DEATH_CORRECT = "death.correct", _("membetulkan kematian yang salah dicatat")
    PHOTO_IDENTITY = "photo.identity", _("melihat foto KTP")
    VISIT_WRITE = "visit.write", _("mengisi kunjungan keluarga")
    REGISTRATION_VIEW = "registration.view", _("melihat pendaftaran DTSEN")
    REGISTRATION_PROPOSE = "registration.propose", _("mengusulkan keluarga ke DTSEN")
    REGISTRATION_IDENTITY = "registration.identity", _("mencatat hasil cek identitas")
    REGISTRATION_MEETING = "registration.meeting", _("mencatat hasil musyawarah")
    REGISTRATION_VERIFY = "registration.verify", _("memverifikasi lapangan")
    REGISTRATION_ASSIGN = "registration.assign", _("menugaskan verifikasi lapangan")
    REGISTRATION_SUPERVISE = "registration.supervise", _("menyetujui hasil verifikasi")
    REGISTRATION_OFFICE = "registration.office", _("memverifikasi di dinas")
    REGISTRATION_ENDORSE = "registration.endorse", _("mengesahkan usulan")
    REGISTRATION_SEND = "registration.send", _("mengirim usulan ke Kementerian")
    REGISTRATION_RESULT = "registration.result", _("mencatat hasil dari Kementerian")
    REGISTRATION_EXIT = "registration.exit", _("memutuskan keluarga keluar dari daftar")
    REGISTRATION_OBJECT = "registration.object", _("mencatat usul dan sanggahan")
    REGISTRATION_OBJECTION = "registration.objection", _("memutuskan usul dan sanggahan")
    DUPLICATE_VIEW = "duplicate.view", _("melihat dugaan data ganda")
    DUPLICATE_DECIDE = "duplicate.decide", _("memutuskan dugaan ganda dan mengusulkan penggabungan")
    DUPLICATE_CONFIRM = "duplicate.confirm", _("mengesahkan dan membatalkan penggabungan data")
    IMPORT_RUN = "import.run", _("mengunggah dan menerapkan data DTSEN")
    IMPORT_APPROVE = "import.approve", _("menerapkan berkas besar yang diunggah orang lain")
    COMPLAINT_VIEW = "complaint.view", _("melihat keluhan")
    COMPLAINT_RECORD = "complaint.record", _("mencatat keluhan")
    COMPLAINT_TRIAGE = "complaint.triage", _("memilah keluhan")
    COMPLAINT_CHECK = "complaint.check", _("memeriksa data keluhan")
    COMPLAINT_ASSESS = "complaint.assess", _("mengunjungi dan menilai keluhan")
    COMPLAINT_HANDLE = "complaint.handle", _("menangani keluhan")
    COMPLAINT_TELL = "complaint.tell", _("menyampaikan hasil kepada warga")
    COMPLAINT_CLOSE = "complaint.close", _("menutup keluhan")
    COMPLAINT_ESCALATE = "complaint.escalate", _("menaikkan keluhan ke jenjang berikut")
    REFERRAL_VIEW = "referral.view", _("melihat rujukan")
    REFERRAL_DRAFT = "referral.draft", _("menyusun rujukan")
    REFERRAL_REVIEW = "referral.review", _("menyetujui rujukan")
    REFERRAL_SIGN = "referral.sign", _("menandatangani rujukan")
    REFERRAL_SEND = "referral.send", _("mengirim rujukan")
    REFERRAL_ANSWER = "referral.answer", _("menjawab rujukan")
    REFERRAL_CONFIRM = "referral.confirm", _("memastikan bantuan diterima warga")
    REFERRAL_CLOSE = "referral.close", _("menutup rujukan")
    ENROLMENT_VIEW = "enrolment.view", _("melihat kepesertaan program")
    PROGRAM_VIEW = "program.view", _("melihat daftar program")
    DASHBOARD_VIEW = "dashboard.view", _("melihat angka wilayah")
    AUDIT_VIEW = "audit.view", _("membaca jejak audit")
    JOBS_RUN = "jobs.run", _("menjalankan pekerjaan berkala")
    EXPORT_RUN = "export.run", _("mengunduh daftar")
    EXPORT_NUMBERS = "export.numbers", _("mengunduh NIK dan nomor KK lengkap")
    USERS_MANAGE = "users.manage", _("mengelola pengguna dan data acuan")


P = Permission
_CASE_READ = {
    P.FAMILY_VIEW,
    P.REGISTRATION_VIEW,
    P.COMPLAINT_VIEW,
    P.REFERRAL_VIEW,
    P.ENROLMENT_VIEW,
    P.PROGRAM_VIEW,
}

ROLE_PERMISSIONS: dict[str, frozenset[str]] = {
    Role.FACILITATOR: frozenset(
        _CASE_READ
        | {P.PERSON_REVEAL, P.FAMILY_CHANGE, P.PHOTO_IDENTITY, P.VISIT_WRITE}
        | {P.REGISTRATION_PROPOSE, P.REGISTRATION_VERIFY, P.REGISTRATION_OBJECT}
        | {P.COMPLAINT_RECORD, P.COMPLAINT_ASSESS, P.COMPLAINT_TELL, P.REFERRAL_CONFIRM}
        | {P.EXPORT_RUN}
    ),
    Role.FRONT_OFFICER: frozenset(
        _CASE_READ | {P.COMPLAINT_RECORD, P.COMPLAINT_TRIAGE, P.COMPLAINT_TELL, P.REGISTRATION_OBJECT} | {P.EXPORT_RUN}
    ),
    Role.BACK_OFFICER: frozenset(
        _CASE_READ
        | {P.PERSON_REVEAL, P.FAMILY_CHANGE, P.DEATH_CORRECT, P.PHOTO_IDENTITY}
        | {P.COMPLAINT_RECORD, P.COMPLAINT_TRIAGE, P.COMPLAINT_CHECK, P.COMPLAINT_HANDLE}
        | {P.REFERRAL_DRAFT, P.REFERRAL_SEND, P.REGISTRATION_IDENTITY, P.REGISTRATION_OFFICE, P.REGISTRATION_SEND}
        | {P.REGISTRATION_ASSIGN}
        | {P.EXPORT_RUN, P.EXPORT_NUMBERS}
        | {P.REGISTRATION_OBJECT, P.REGISTRATION_OBJECTION, P.DUPLICATE_VIEW, P.DUPLICATE_DECIDE}
    ),
    Role.COORDINATOR: frozenset(
        _CASE_READ
        | {P.PERSON_REVEAL, P.FAMILY_CHANGE, P.DEATH_CORRECT, P.PHOTO_IDENTITY, P.VISIT_WRITE}
        | {P.REGISTRATION_PROPOSE, P.REGISTRATION_IDENTITY, P.REGISTRATION_MEETING}
        | {P.COMPLAINT_RECORD, P.COMPLAINT_TRIAGE, P.COMPLAINT_HANDLE, P.COMPLAINT_TELL, P.REGISTRATION_OBJECT}
        | {P.DUPLICATE_VIEW, P.DUPLICATE_DECIDE, P.EXPORT_RUN}
    ),
    Role.SUPERVISOR: frozenset(
        _CASE_READ
        | {P.REGISTRATION_SUPERVISE, P.REGISTRATION_ASSIGN, P.COMPLAINT_TRIAGE, P.COMPLAINT_CLOSE, P.COMPLAINT_ESCALATE}
        | {P.REFERRAL_CLOSE, P.DASHBOARD_VIEW, P.EXPORT_RUN, P.DUPLICATE_VIEW, P.DUPLICATE_CONFIRM}
    ),
    Role.MANAGER: frozenset(
        _CASE_READ
        | {P.IMPORT_RUN, P.IMPORT_APPROVE, P.PERSON_REVEAL, P.REFERRAL_REVIEW, P.REFERRAL_CLOSE, P.COMPLAINT_ESCALATE}
        | {P.REGISTRATION_RESULT, P.REGISTRATION_EXIT, P.DASHBOARD_VIEW, P.JOBS_RUN, P.EXPORT_RUN, P.EXPORT_NUMBERS}
        | {P.REGISTRATION_OBJECTION, P.DUPLICATE_VIEW, P.DUPLICATE_DECIDE, P.DUPLICATE_CONFIRM}
    ),
    Role.HEAD_OF_OFFICE: frozenset(
        _CASE_READ | {P.REFERRAL_SIGN, P.REGISTRATION_ENDORSE, P.DASHBOARD_VIEW, P.IMPORT_APPROVE, P.EXPORT_RUN}
    ),
    Role.AGENCY_OFFICER: frozenset({P.REFERRAL_VIEW, P.REFERRAL_ANSWER, P.PROGRAM_VIEW, P.EXPORT_RUN}),
    Role.PARTNER_OFFICER: frozenset({P.REFERRAL_VIEW, P.REFERRAL_ANSWER, P.PROGRAM_VIEW, P.EXPORT_RUN}),
    Role.TKPK_VIEWER: frozenset({P.DASHBOARD_VIEW, P.PROGRAM_VIEW, P.EXPORT_RUN}),
    Role.AUDITOR: frozenset({P.AUDIT_VIEW, P.PROGRAM_VIEW, P.EXPORT_RUN}),
    Role.ADMINISTRATOR: frozenset({P.USERS_MANAGE, P.PROGRAM_VIEW, P.JOBS_RUN}),
}

# Roles that act for an organisation that receives referrals: they see only what was sent to it.
ORGANISATION_ROLES = frozenset({Role.AGENCY_OFFICER, Role.PARTNER_OFFICER})


def roles_with(permission: str) -> list[Role]:
    """Return the roles that hold a permission, in the order of the table."""
    return [Role(role) for role, held in ROLE_PERMISSIONS.items() if permission in held]
