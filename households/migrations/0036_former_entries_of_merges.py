import base64
from datetime import date

from django.db import migrations


def remember(apps, schema_editor):
    """Entries without NIK that were merged before they were remembered come back with the next extract too: they lie in the undo."""
    Merge, FormerEntry = (apps.get_model("households", name) for name in ("Merge", "FormerEntry"))
    for pk in Merge.objects.filter(state="merged").order_by("pk").values_list("pk", flat=True):
        try:
            merge = Merge.objects.get(pk=pk)
        except ValueError:  # under a key that is not there any more: it can be undone no more either
            continue
        rows = (merge.before or {}).get("rows", {})
        people = {image["id"]: image for image in rows.get("households.person", [])}
        families = {image["id"]: image for image in rows.get("households.family", [])}
        homes = {image["person_id"]: image for image in rows.get("households.membership", []) if not image["ended_on"]}
        gone, kept = people.get(merge.gone_id), people.get(merge.kept_id)
        if gone is None or kept is None:
            continue
        numbered = not kept["nik_index"] and gone["nik_index"] and merge.choices.get("nik") == "gone"
        for entry in (gone, kept) if numbered else (gone,):
            family = families.get(homes[entry["id"]]["family_id"]) if entry["id"] in homes else None
            if entry["nik_index"] or not entry["birth_date"] or family is None:
                continue
            card = family["kk_index"] and base64.b64decode(family["kk_index"]["bytes"])
            if family["official_id"] is not None or card is not None:
                told = {"official_id": family["official_id"], "kk_index": card, "name_folded": entry["name_folded"]}
                told |= {"birth_date": date.fromisoformat(entry["birth_date"]), "person_id": merge.kept_id}
                FormerEntry.objects.create(merge_id=pk, **told)


class Migration(migrations.Migration):
    dependencies = [("households", "0035_former_entries")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
