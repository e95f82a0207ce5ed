"""A death recorded by mistake can be put right: one more kind of registry event."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("households", "0023_drawn_once_per_draw")]

    operations = [
        migrations.AlterField(
            model_name="registryevent",
            name="kind",
            field=models.CharField(
                choices=[
                    ("birth", "Kelahiran"),
                    ("death", "Kematian"),
                    ("death_mended", "Kematian dibetulkan"),
                    ("move", "Anggota pindah keluarga"),
                    ("left", "Anggota pindah ke luar data"),
                    ("absence", "Anggota sedang tidak di rumah"),
                    ("back", "Anggota kembali"),
                    ("split", "Kartu keluarga dipecah"),
                    ("rehouse", "Keluarga pindah rumah"),
                    ("head", "Kepala keluarga diganti"),
                    ("house_head", "Kepala rumah tangga diganti"),
                    ("card", "Nomor KK diganti"),
                    ("correction", "Data anggota dibetulkan"),
                ],
                max_length=12,
                verbose_name="peristiwa",
            ),
        ),
    ]
