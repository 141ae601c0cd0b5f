"""The sealed horizon, and the records that are judged by their whole history."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0008_corrected_erased")]

    operations = [
        migrations.CreateModel(
            name="Horizon",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("sealed_before", models.DateTimeField()),
                ("kept_from", models.DateTimeField()),
                ("moved_at", models.DateTimeField()),
                ("emptied_until", models.DateTimeField(null=True)),
                ("trimmed", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "horizon",
                "verbose_name_plural": "horizons",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="horizon_is_one"),
                    models.CheckConstraint(
                        condition=models.Q(("kept_from__lte", models.F("sealed_before"))),
                        name="horizon_keeps_facts_behind_it",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeptWhole",
            fields=[
                ("ref_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("since", models.DateTimeField(null=True)),
            ],
            options={
                "verbose_name": "record that is kept whole",
                "verbose_name_plural": "records that are kept whole",
            },
        ),
    ]
