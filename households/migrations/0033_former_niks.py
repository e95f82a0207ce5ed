import django.db.models.deletion
from django.db import migrations, models

import slrt.core.fields


class Migration(migrations.Migration):
    dependencies = [("households", "0032_places_of_pairs")]

    operations = [
        migrations.CreateModel(
            name="FormerNik",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("nik_index", slrt.core.fields.BlindIndex(db_index=True, max_length=16)),
                (
                    "merge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_niks",
                        to="households.merge",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="former_niks",
                        to="households.person",
                    ),
                ),
            ],
            options={"verbose_name": "NIK yang dilepas", "verbose_name_plural": "NIK yang dilepas"},
        ),
    ]
