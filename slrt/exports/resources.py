"""The registers of the layers below: regions, organisations, users and their assignments. No password leaves or comes in."""

import re
from typing import Any

from django.utils.translation import gettext as _
from import_export.fields import Field

from slrt.accounts.models import Assignment, Organisation, User
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Known
from slrt.regions.models import Region

CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")


class RegionResource(RegisterResource):
    """Regions by Kemendagri code; level and parent follow from the code (Permendagri 72/2019)."""

    class Meta:
        model = Region
        import_id_fields = ("code",)
        fields = ("code", "name", "active")

    def import_instance(self, instance: Region, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        instance.level = str(instance.code).count(".") + 1
        instance.parent_id = str(instance.code).rpartition(".")[0] or None

    def faults(self, instance: Region) -> dict[str, list[Any]]:
        if not CODE.fullmatch(str(instance.code)):
            return {"code": [_("Kode wilayah ditulis seperti 13, 13.01, 13.01.05, atau 13.01.05.2006.")]}
        if instance.parent_id and not Region.objects.filter(pk=instance.parent_id).exists():
            return {"code": [_("Wilayah di atasnya, %(code)s, belum ada.") % {"code": instance.parent_id}]}
        return {}


class OrganisationResource(RegisterResource):
    """Offices, agencies and partners by their code."""

    area = Field("area", "area", Known(Region, "code"))

    class Meta:
        model = Organisation
        import_id_fields = ("code",)
        fields = ("code", "name", "kind", "area", "phone", "address", "active")


class UserResource(RegisterResource):
    """People with accounts by user name. A new one gets a password that opens nothing; the administrator sets the first."""

    class Meta:
        model = User
        import_id_fields = ("username",)
        fields = ("username", "full_name", "email", "phone", "is_active")

    def after_init_instance(self, instance: User, new: bool, row: Any, **kwargs: Any) -> None:
        if new:
            instance.set_unusable_password()


class AssignmentResource(RegisterResource):
    """Roles in areas, each by person, role, area and first day; a changed last day ends or prolongs it."""

    user = Field("user", "user", Known(User, "username"))
    area = Field("area", "area", Known(Region, "code"))
    organisation = Field("organisation", "organisation", Known(Organisation, "code"))

    class Meta:
        model = Assignment
        import_id_fields = ("user", "role", "area", "started_on")
        fields = ("user", "role", "area", "started_on", "ended_on", "organisation", "decree")
