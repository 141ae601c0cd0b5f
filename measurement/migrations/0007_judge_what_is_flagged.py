# Evidence says what was entered late or by hand: what was judged before is judged again.

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("core", "0004_marks_of_exclusions"),
        ("measurement", "0006_waived_clocks"),
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
