"""The constraint of 0005 holds for every row, where every row allows it.

Where rows end before they begin it stays as it is: it refuses new ones, the nightly check names those rows, and once people have
mended them `ALTER TABLE programs_enrolment VALIDATE CONSTRAINT enrolment_ends_after_start` does the same.
"""

from django.db import migrations

VALIDATE = """
DO $$ BEGIN
IF NOT EXISTS (SELECT FROM programs_enrolment WHERE ended_on < started_on) THEN
  ALTER TABLE programs_enrolment VALIDATE CONSTRAINT enrolment_ends_after_start;
END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("programs", "0005_enrolment_ends_after_start")]

    operations = [migrations.RunSQL(VALIDATE, migrations.RunSQL.noop)]
