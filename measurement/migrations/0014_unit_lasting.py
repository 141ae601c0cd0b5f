from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("agreements", "0004_trials"),
        ("measurement", "0013_buying_groups"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(
                condition=models.Q(("stretch", True)),
                fields=["commitment_key", "state", "at", "id"],
                name="unit_lasting",
            ),
        ),
    ]
