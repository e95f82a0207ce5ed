"""What an answer file calls a person, where that is another name, and answers that were taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("households", "0024_death_mended"),
    ]

    operations = [
        migrations.AddField(
            model_name="answerrow",
            name="name",
            field=models.CharField(blank=True, db_default="", max_length=200, verbose_name="nama di berkas"),
        ),
        migrations.AddField(
            model_name="answerrow",
            name="same_person_reason",
            field=models.CharField(blank=True, db_default="", max_length=300, verbose_name="alasan orangnya sama"),
        ),
        migrations.AlterField(
            model_name="answerfile",
            name="state",
            field=models.CharField(
                choices=[
                    ("previewed", "Siap diterapkan"),
                    ("applied", "Diterapkan"),
                    ("cancelled", "Dibatalkan"),
                    ("taken_back", "Ditarik kembali"),
                ],
                default="previewed",
                max_length=10,
                verbose_name="status",
            ),
        ),
        migrations.AlterField(
            model_name="answerrow",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "Belum diterapkan"),
                    ("done", "Dicatat"),
                    ("skipped", "Dilewati"),
                    ("failed", "Gagal"),
                    ("undone", "Ditarik kembali"),
                ],
                default="",
                max_length=8,
                verbose_name="hasil",
            ),
        ),
    ]
