"""A result of a NIK's comparison has a day of its own, and may come from a list."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# Until now results were recorded on the day they came out.
DAY_OF_RESULT = "UPDATE households_nikcheck SET checked_on = (at AT TIME ZONE %s)::date"


class Migration(migrations.Migration):
    dependencies = [("households", "0016_import_completeness")]

    operations = [
        migrations.AddField(
            model_name="nikcheck",
            name="checked_on",
            field=models.DateField(null=True, verbose_name="tanggal hasil"),
        ),
        migrations.RunSQL([(DAY_OF_RESULT, [settings.TIME_ZONE])], migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="nikcheck",
            name="checked_on",
            field=models.DateField(verbose_name="tanggal hasil"),
        ),
        migrations.AddField(
            model_name="nikcheck",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="nik_checks",
                to="households.importrun",
                verbose_name="dari berkas",
            ),
        ),
        migrations.AlterField(
            model_name="nikcheck",
            name="source",
            field=models.CharField(
                choices=[
                    ("dukcapil", "Layanan Dukcapil"),
                    ("siks", "SIKS-NG"),
                    ("paper", "KTP atau KK asli"),
                    ("list", "Daftar hasil pemadanan"),
                ],
                max_length=12,
                verbose_name="sumber",
            ),
        ),
        migrations.AlterModelOptions(
            name="nikcheck",
            options={
                "ordering": ["-checked_on", "-at", "-pk"],
                "verbose_name": "pencocokan NIK",
                "verbose_name_plural": "pencocokan NIK",
            },
        ),
    ]
