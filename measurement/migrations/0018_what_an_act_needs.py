# What an act needs was counted across records for a while: promises are judged once more by the facts.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("core", "0002_names"),
        ("measurement", "0017_by_subject_first"),
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
