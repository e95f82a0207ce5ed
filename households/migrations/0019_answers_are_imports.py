"""The ministry's answer comes as an import; what its rows would do is laid out beside it."""

import django.db.models.deletion
from django.db import migrations, models

KINDS = [
    ("extract", "Data unduhan DTSEN"),
    ("deciles", "Daftar desil per periode"),
    ("match", "Hasil pemadanan Dukcapil"),
    ("participation", "Daftar peserta program"),
    ("answer", "Jawaban Kementerian"),
]


class Migration(migrations.Migration):
    dependencies = [("households", "0018_siks_workbooks")]

    operations = [
        migrations.AddField(
            model_name="answerfile",
            name="run",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answer_files",
                to="households.importrun",
            ),
        ),
        migrations.AlterField(
            model_name="importrun",
            name="kind",
            field=models.CharField(choices=KINDS, default="extract", max_length=20, verbose_name="jenis berkas"),
        ),
        migrations.AlterField(
            model_name="importsource",
            name="kind",
            field=models.CharField(choices=KINDS, max_length=20, verbose_name="jenis berkas"),
        ),
    ]
