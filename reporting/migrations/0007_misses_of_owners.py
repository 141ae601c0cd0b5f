from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0004_auditors_are_no_administrators"),
        ("reporting", "0006_lists_by_index"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="breach",
            name="breach_of_owner",
        ),
        migrations.AddIndex(
            model_name="breach",
            index=models.Index(
                fields=["owner_id", "commitment_key", "-missed_at", "-id"], name="breach_of_owner_promise"
            ),
        ),
    ]
