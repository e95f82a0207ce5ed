"""Brings the catalogue into the database; what an administrator changed since is left alone."""

from django.db import transaction

from programs.catalogue import PROGRAMMES, RULES_FROM
from programs.models import Programme, ProgrammeRule
from slrt.accounts.models import Organisation

COPIED = ("name", "status", "owner", "sector", "service", "for_whom", "benefit", "legal_base")


def load() -> int:
    """Add the programmes that are missing, with their rules and receivers; return how many."""
    organisations = {row.code: row for row in Organisation.objects.all()}
    added = 0
    with transaction.atomic():
        for entry in PROGRAMMES:
            values = {name: entry[name] for name in COPIED}
            values["prerequisites"] = [{"code": code, "label": label} for code, label in entry["prerequisites"]]
            row, new = Programme.objects.get_or_create(code=entry["code"], defaults=values)
            if not new:
                continue
            added += 1
            row.receivers.set(organisations[code] for code in entry["receivers"] if code in organisations)
            if entry["conditions"]:
                ProgrammeRule.objects.create(
                    programme=row, valid_from=RULES_FROM, conditions=entry["conditions"], source=entry["source"]
                )
        for entry in PROGRAMMES:
            if entry["successor"]:
                successor = Programme.objects.get(code=entry["successor"])
                Programme.objects.filter(code=entry["code"], successor=None).update(successor=successor)
    return added
