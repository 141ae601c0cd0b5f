"""The daily sweep asks which readings changed since the last one."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("measurement", "0010_day_tallies")]

    operations = [
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["changed_at"], name="reading_changed"),
        ),
    ]
