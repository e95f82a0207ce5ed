import base64

from django.db import migrations


def remember(apps, schema_editor):
    """Entries that were merged before numbers were remembered come back with the next extract too: their numbers lie in the undo."""
    Merge, FormerNik = (apps.get_model("households", name) for name in ("Merge", "FormerNik"))
    for pk in Merge.objects.filter(state="merged").order_by("pk").values_list("pk", flat=True):
        try:
            merge = Merge.objects.get(pk=pk)
        except ValueError:  # under a key that is not there any more: it can be undone no more either
            continue
        people = (merge.before or {}).get("rows", {}).get("households.person", [])
        numbers = {image["id"]: base64.b64decode(image["nik_index"]["bytes"]) for image in people if image["nik_index"]}
        stays = numbers.get(merge.gone_id if merge.choices.get("nik") == "gone" else merge.kept_id)
        FormerNik.objects.bulk_create(
            FormerNik(person_id=merge.kept_id, merge_id=pk, nik_index=index)
            for index in sorted(set(numbers.values()) - {stays})
        )


class Migration(migrations.Migration):
    dependencies = [("households", "0033_former_niks")]

    operations = [migrations.RunPython(remember, migrations.RunPython.noop)]
