"""Whom the files that were applied before flagged, as far as nobody has brought them since; of others it is not known any more."""

from django.db import migrations

FLAGGED = """
INSERT INTO households_importabsence (run_id, family_id, membership_id)
SELECT r.id, f.id, NULL FROM households_importrun r JOIN households_family f ON f.missing_since = r.applied_at
WHERE r.state = 'applied' AND r.kind = 'extract'
UNION ALL SELECT r.id, m.family_id, m.id FROM households_importrun r JOIN households_membership m ON m.missing_since = r.applied_at
WHERE r.state = 'applied' AND r.kind = 'extract'
"""


class Migration(migrations.Migration):
    dependencies = [("households", "0038_import_absences")]

    operations = [migrations.RunSQL(FLAGGED, migrations.RunSQL.noop)]
