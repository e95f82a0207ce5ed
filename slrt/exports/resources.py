"""The registers of the layers below: regions, organisations, users and their assignments. No password leaves or comes in."""

from typing import Any

from django.core.exceptions import ValidationError
from import_export.fields import Field

from slrt.accounts.access import may_give_role
from slrt.accounts.models import Assignment, Organisation, User
from slrt.exports.registers import RegisterResource
from slrt.exports.values import Known
from slrt.regions.models import Region
from slrt.regions.placing import fault, place


class RegionResource(RegisterResource):
    """Regions by Kemendagri code; level and parent follow from the code (Permendagri 72/2019)."""

    class Meta:
        model = Region
        import_id_fields = ("code",)
        fields = ("code", "name", "active")

    def import_instance(self, instance: Region, row: Any, **kwargs: Any) -> None:
        super().import_instance(instance, row, **kwargs)
        place(instance)

    def faults(self, instance: Region) -> dict[str, list[Any]]:
        place(instance)
        wrong = fault(instance)
        return {"code": [wrong]} if wrong else {}


class OrganisationResource(RegisterResource):
    """Offices, agencies and partners by their code."""

    area = Field("area", "area", Known(Region, "code"))

    class Meta:
        model = Organisation
        import_id_fields = ("code",)
        fields = ("code", "name", "kind", "area", "phone", "address", "email", "town", "copies", "active")


class UserResource(RegisterResource):
    """People with accounts by user name. A new one gets a password that opens nothing; the administrator sets the first."""

    class Meta:
        model = User
        import_id_fields = ("username",)
        fields = ("username", "full_name", "email", "phone", "is_active")

    def after_init_instance(self, instance: User, new: bool, row: Any, **kwargs: Any) -> None:
        super().after_init_instance(instance, new, row, **kwargs)
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

    def before_save_instance(self, instance: Assignment, row: Any, **kwargs: Any) -> None:
        """A row about whoever uploads the sheet may stand in it, but changes nothing."""
        decision = may_give_role(kwargs["user"], instance.user_id)
        if not decision:
            raise ValidationError({"user": [decision.reason]})
        super().before_save_instance(instance, row, **kwargs)
