"""Rosna's two entries in the stories of merging: their numbers, the usual proposal, and everything a merge could touch."""

from django.apps import apps

from households.duplicates.workflow import propose_merge

FIRST, SECOND = "1301994506850001", "1301994506850007"


CARD = "1301990506109002"


# What a merge may leave behind: its own row, the trail, promises, what was kept of past rows, numbers of versions.
ASIDE = {
    "households.merge",
    "audit.auditentry",
    "core.outboxjob",
    "households.duplicatecandidate",
    "households.personkeys",
    "households.searchmark",
}


def propose(pair, by, *, choices=None, reason="Satu orang: KTP dan KK sama."):
    chosen = {"nik": "kept", "occupation": "gone", "mother_name": "gone", **(choices or {})}
    return propose_merge(*pair, chosen, by=by, reason=reason, versions=(pair[0].version, pair[1].version))


def everything():
    """All rows of the registry and of the cases, without versions and times of writing."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if label.split(".")[0] not in ("households", "programs", "complaints", "referrals") or label in ASIDE:
            continue
        if hasattr(model, "pgh_obj") or label.endswith("event"):
            continue
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in ("version", "updated_at")]
        found[label] = sorted(map(repr, model._base_manager.values_list(*names)))
    return found
