"""Where a region stands in the tree: level and parent follow from its code (Permendagri 72/2019)."""

import re

from django.utils.translation import gettext as _

from slrt.regions.models import Region

CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")


def place(region: Region) -> None:
    """Give a region the level and the parent of its code; nothing is saved."""
    region.level = str(region.code).count(".") + 1
    region.parent_id = str(region.code).rpartition(".")[0] or None


def fault(region: Region) -> str:
    """Return what is wrong with a region's code, as a sentence; nothing is empty text."""
    if not CODE.fullmatch(str(region.code)):
        return _("Kode wilayah ditulis seperti 13, 13.01, 13.01.05, atau 13.01.05.2006.")
    if region.parent_id and not Region.objects.filter(pk=region.parent_id).exists():
        return _("Wilayah di atasnya, %(code)s, belum ada.") % {"code": region.parent_id}
    return ""
