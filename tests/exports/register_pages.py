"""The registers of the administration, and how one is taken out through its page."""

import re

from complaints.models import Holiday, RoutingRule
from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Assignment, Organisation, User
from slrt.dashboard.models import Target
from slrt.letters.models import LetterTemplate
from slrt.regions.models import Region

REGISTERS = {
    "/admin/regions/region/": Region,
    "/admin/accounts/organisation/": Organisation,
    "/admin/accounts/user/": User,
    "/admin/accounts/assignment/": Assignment,
    "/admin/programs/programme/": Programme,
    "/admin/programs/programmerule/": ProgrammeRule,
    "/admin/complaints/holiday/": Holiday,
    "/admin/complaints/routingrule/": RoutingRule,
    "/admin/dashboard/target/": Target,
    "/admin/letters/lettertemplate/": LetterTemplate,
}


XLSX, CSV = "0", "1"


WHY = {"purpose": "Pemeriksaan daftar pengguna triwulan ini", "basis": "public_task"}


def out(client, path, format, **more):
    """Export all fields of a register through its page."""
    page = client.get(f"{path}export/").content.decode()
    ticked = dict.fromkeys(re.findall(r'type="checkbox" name="([^"]+)"', page), "on")
    return client.post(f"{path}export/", {"format": format, "resource": "", **WHY, **ticked, **more})
