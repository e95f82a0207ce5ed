"""People who work with SLRT, the organisations they act for, and their assignments to areas."""

from datetime import date
from functools import cached_property

from django.contrib.auth.models import AbstractUser
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from slrt.accounts.querysets import AssignmentQuerySet, OrganisationQuerySet, covers
from slrt.accounts.roles import ORGANISATION_ROLES, ROLE_PERMISSIONS, Role
from slrt.core import clock
from slrt.core.models import Versioned
from slrt.regions.models import Region


class Organisation(Versioned):
    """An office, agency or partner that receives referrals."""

    class Kind(models.TextChoices):
        SOCIAL_OFFICE = "social_office", _("Dinas Sosial")
        AGENCY = "agency", _("Dinas atau instansi")
        PARTNER = "partner", _("Mitra")

    code = models.SlugField(_("kode"), max_length=40, unique=True)
    name = models.CharField(_("nama"), max_length=120)
    kind = models.CharField(_("jenis"), max_length=20, choices=Kind)
    area = models.ForeignKey(Region, on_delete=models.PROTECT, verbose_name=_("wilayah"))
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    address = models.CharField(_("alamat"), max_length=200, blank=True)
    email = models.EmailField(_("surel"), blank=True)
    town = models.CharField(
        _("tempat surat"), max_length=60, blank=True, help_text=_("Ditulis sebelum tanggal surat, misalnya Painan.")
    )
    copies = models.TextField(
        _("tembusan surat"), max_length=500, blank=True, help_text=_("Satu penerima tembusan per baris.")
    )
    active = models.BooleanField(_("aktif"), default=True)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("lembaga")
        verbose_name_plural = _("lembaga")

    def __str__(self) -> str:
        return self.name

    def serves(self, place: str) -> bool:
        """Whether it still receives, and its area contains a place."""
        return self.active and covers(self.area_id, place)


class User(AbstractUser):
    """A person with an account. What they may see comes from assignments alone, never from `is_superuser`."""

    full_name = models.CharField(_("nama lengkap"), max_length=120, blank=True)
    phone = models.CharField(_("telepon"), max_length=30, blank=True)
    position = models.CharField(
        _("jabatan"),
        max_length=100,
        blank=True,
        help_text=_("Dicetak di atas tanda tangan surat, misalnya Kepala Dinas Sosial."),
    )
    nip = models.CharField(
        "NIP", max_length=18, blank=True, validators=[RegexValidator(r"^\d{18}$", _("NIP terdiri dari 18 angka."))]
    )

    class Meta:
        verbose_name = _("pengguna")
        verbose_name_plural = _("pengguna")

    def __str__(self) -> str:
        return self.full_name or self.username

    @cached_property
    def current_assignments(self) -> list["Assignment"]:
        """The assignments in force today, read once per request."""
        if not self.is_active:
            return []
        return list(self.assignments.current(clock.today()).select_related("area", "organisation"))

    def areas_for(self, permission: str) -> tuple[str, ...]:
        """Return the area codes in which this person holds a permission as staff (not for an organisation)."""
        return tuple(
            sorted(
                {
                    assignment.area_id
                    for assignment in self.current_assignments
                    if permission in ROLE_PERMISSIONS[assignment.role] and assignment.role not in ORGANISATION_ROLES
                }
            )
        )

    def organisations_for(self, permission: str) -> tuple[int, ...]:
        """Return the organisations for which this person holds a permission."""
        return tuple(
            assignment.organisation_id
            for assignment in self.current_assignments
            if permission in ROLE_PERMISSIONS[assignment.role]
            and assignment.role in ORGANISATION_ROLES
            and assignment.organisation_id is not None
        )

    def holds(self, permission: str) -> bool:
        """Whether any current assignment grants a permission, wherever."""
        return any(permission in ROLE_PERMISSIONS[a.role] for a in self.current_assignments)

    @property
    def roles(self) -> list[Role]:
        """The roles held today, in the order of assignment."""
        return [Role(a.role) for a in self.current_assignments]


class Assignment(Versioned):
    """A role in an area for a time. The area's code is a prefix: whoever holds 13.01.05 works in all its villages."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("pengguna"))
    role = models.CharField(_("peran"), max_length=20, choices=Role)
    area = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", verbose_name=_("wilayah"))
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="officers",
        verbose_name=_("lembaga"),
    )
    started_on = models.DateField(_("mulai"), default=date.today)
    ended_on = models.DateField(_("selesai"), null=True, blank=True)
    decree = models.CharField(_("nomor SK"), max_length=80, blank=True)

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("penugasan")
        verbose_name_plural = _("penugasan")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True) | models.Q(ended_on__gte=models.F("started_on")),
                name="assignment_ends_after_start",
                violation_error_message=_("Tanggal selesai tidak boleh sebelum tanggal mulai."),
            ),
            models.CheckConstraint(
                condition=~models.Q(role__in=["agency_officer", "partner_officer"])
                | models.Q(organisation__isnull=False),
                name="assignment_names_organisation",
                violation_error_message=_("Petugas dinas dan mitra harus punya lembaga."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()} – {self.area_id}"
