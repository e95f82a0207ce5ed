from django.db import migrations, models

# As a search writes it down, for the pairs that are there.
PLACES = """
UPDATE households_duplicatecandidate x SET place = (
  SELECT coalesce(max(left(a.village_id, n)), '') FROM unnest(ARRAY[2, 5, 8, 13]) n
  WHERE left(a.village_id, n) = left(b.village_id, n) AND length(a.village_id) >= n)
FROM households_membership m JOIN households_family f ON f.id = m.family_id JOIN households_household a ON a.id = f.household_id,
  households_membership o JOIN households_family g ON g.id = o.family_id JOIN households_household b ON b.id = g.household_id
WHERE m.person_id = x.first_id AND m.ended_on IS NULL AND o.person_id = x.second_id AND o.ended_on IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0031_registrations_of_recognised_families")]

    operations = [
        migrations.AddField(
            model_name="duplicatecandidate",
            name="place",
            field=models.CharField(blank=True, default="", max_length=13),
            preserve_default=False,
        ),
        migrations.RunSQL(PLACES, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="duplicatecandidate",
            index=models.Index(
                fields=["state", "place"],
                name="duplicate_by_place",
                opclasses=["varchar_pattern_ops", "varchar_pattern_ops"],
            ),
        ),
    ]
