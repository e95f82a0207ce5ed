"""The question every verb asks: may this person do this to this row, and if not, why."""

from typing import Protocol

from django.utils.translation import gettext as _

from slrt.accounts.models import User
from slrt.accounts.querysets import covers
from slrt.accounts.roles import ORGANISATION_ROLES, ROLE_PERMISSIONS, Permission, roles_with
from slrt.core.errors import ALLOWED, Decision, denied


class Placed(Protocol):
    """A row that lies somewhere; rows sent to an organisation also have `receiver_id`."""

    @property
    def place_code(self) -> str: ...


def may(user: User, permission: str, obj: Placed | None = None) -> Decision:
    """Return allowed, or denied with the reason in the person's language."""
    if not user.is_authenticated:
        return denied(_("Anda belum masuk."))
    holders = [a for a in user.current_assignments if permission in ROLE_PERMISSIONS[a.role]]
    if not holders:
        return denied(_lacking(permission))
    if obj is None:
        return ALLOWED
    for assignment in holders:
        if not covers(assignment.area_id, obj.place_code):
            continue
        if assignment.role in ORGANISATION_ROLES and getattr(obj, "receiver_id", None) != assignment.organisation_id:
            continue
        return ALLOWED
    return denied(_("Baris ini di luar wilayah atau lembaga tugas Anda."))


def may_give_role(by: User, user_id: int | None) -> Decision:
    """Whether a person may give, change or take away somebody's role: anybody's but their own (separation of duties)."""
    if user_id is not None and by.pk == user_id:
        return denied(_("Peran Anda sendiri diatur administrator lain."))
    return ALLOWED


def _lacking(permission: str) -> str:
    roles = ", ".join(str(role.label) for role in roles_with(permission))
    return _("Peran Anda tidak boleh %(verb)s. Yang boleh: %(roles)s.") % {
        "verb": Permission(permission).label,
        "roles": roles,
    }
