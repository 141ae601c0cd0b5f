from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("measurement", "0014_unit_lasting"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="clock",
            name="clock_key_state",
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)),
                fields=["commitment_key", "started_at", "id"],
                name="clock_open_key",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(
                    (
                        "state__in",
                        ["paused", "overdue", "late", "failed", "cancelled", "excluded", "unmeasurable"],
                    )
                ),
                fields=["state", "started_at", "id"],
                name="clock_rare_state",
            ),
        ),
    ]
