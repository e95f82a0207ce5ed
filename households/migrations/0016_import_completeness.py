"""Whether a file is complete for its villages, and what it says of somebody who bears another's NIK."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0015_mothers_encrypted")]

    operations = [
        migrations.AddField(
            model_name="importrun",
            name="complete",
            field=models.BooleanField(default=False, verbose_name="lengkap untuk desa-desanya"),
        ),
        migrations.AddField(model_name="importconflict", name="said", field=models.JSONField(default=dict)),
    ]
