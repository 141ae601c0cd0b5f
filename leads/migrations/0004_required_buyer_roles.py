"""Required buyer roles by tier, with what most companies begin with."""

from datetime import UTC, datetime

import django.contrib.postgres.fields
from django.db import migrations, models

import leads.models.tiers

BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
ROLES = {
    1: ["economic_buyer", "champion", "decision_maker", "technical_evaluator"],
    2: ["decision_maker", "champion"],
    3: ["decision_maker"],
}


def add(apps, schema_editor):
    model = apps.get_model("leads", "TierRoles")
    model.objects.bulk_create(model(tier=tier, since=BEGINNING, roles=roles) for tier, roles in ROLES.items())


class Migration(migrations.Migration):
    dependencies = [
        ("leads", "0003_what_members_do_alone"),
    ]

    operations = [
        migrations.CreateModel(
            name="TierRoles",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tier", models.IntegerField(verbose_name="tier")),
                ("since", models.DateTimeField(verbose_name="since")),
                (
                    "roles",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=64),
                        blank=True,
                        size=None,
                        validators=[leads.models.tiers.known_roles],
                        verbose_name="buyer roles",
                    ),
                ),
            ],
            options={
                "verbose_name": "required buyer roles of a tier",
                "verbose_name_plural": "required buyer roles by tier",
                "ordering": ["tier", "-since"],
                "constraints": [
                    models.UniqueConstraint(fields=("tier", "since"), name="tier_roles_once_an_instant")
                ],
            },
        ),
        migrations.RunPython(add, migrations.RunPython.noop),
    ]
