"""No enrolment ends before it begins. Rows that already do stay and are found by the nightly check: nobody can guess their days."""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("programs", "0004_need_history")]

    operations = [
        AddConstraintNotValid(
            model_name="enrolment",
            constraint=models.CheckConstraint(
                condition=models.Q(ended_on=None) | models.Q(ended_on__gte=models.F("started_on")),
                name="enrolment_ends_after_start",
            ),
        ),
    ]
