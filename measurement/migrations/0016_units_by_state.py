from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("measurement", "0015_lists_by_state"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="unit",
            name="unit_lasting",
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["commitment_key", "state", "at", "id"], name="unit_key_state"),
        ),
    ]
