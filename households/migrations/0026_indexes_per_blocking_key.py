import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """Ten sorted indexes take a fraction of what one over the arrays takes to build. The next search makes the keys anew."""

    dependencies = [("households", "0025_answer_names")]

    operations = [
        migrations.RemoveIndex(model_name="personkeys", name="person_blocking_keys"),
        migrations.AlterField(
            model_name="personkeys",
            name="keys",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(null=True), size=None),
        ),
        *(
            migrations.AddIndex(
                model_name="personkeys", index=models.Index(models.F(f"keys__{n}"), name=f"person_key_{n + 1}")
            )
            for n in range(10)
        ),
    ]
