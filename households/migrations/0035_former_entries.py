import django.db.models.deletion
from django.db import migrations, models

import slrt.core.fields


class Migration(migrations.Migration):
    dependencies = [("households", "0034_former_niks_of_merges")]

    operations = [
        migrations.CreateModel(
            name="FormerEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("official_id", models.CharField(max_length=30, null=True)),
                ("kk_index", slrt.core.fields.BlindIndex(max_length=16, null=True)),
                ("name_folded", models.CharField(max_length=140)),
                ("birth_date", models.DateField()),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_entries",
                        to="households.merge",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_entries",
                        to="households.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "data tanpa NIK yang digabung",
                "verbose_name_plural": "data tanpa NIK yang digabung",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("official_id__isnull", False), ("kk_index__isnull", False), _connector="OR"
                        ),
                        name="former_entry_of_a_family",
                    )
                ],
            },
        ),
    ]
