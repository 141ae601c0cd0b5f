# Kinds that nobody measured until now are judged on the facts that are here already.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0003_review_and_comments"),
        ("core", "0002_names"),
        ("measurement", "0003_units_and_baselines"),
    ]

    operations = [
        migrations.RunSQL(
            """
            INSERT INTO core_changemark (kind, ref_id, ready_at)
            SELECT 'definition', id, now() FROM agreements_agreementversion WHERE state = 'signed'
            """,
            migrations.RunSQL.noop,
        ),
    ]
