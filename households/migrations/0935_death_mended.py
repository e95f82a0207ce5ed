"""A death recorded by mistake can be put right: one more kind of registry event."""

from django.db import migrations, models

from households.choices.events import EventKind


class Migration(migrations.Migration):
    dependencies = [("households", "0940_mothers_encrypted")]

    operations = [
        migrations.AlterField(
            model_name="registryevent",
            name="kind",
            field=models.CharField(choices=EventKind.choices, max_length=12, verbose_name="peristiwa"),
        ),
    ]
