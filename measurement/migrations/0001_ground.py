# Clocks, readings and the queue of touched subjects.

import django.db.models.deletion
import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("agreements", "0001_ground"),
    ]

    operations = [
        migrations.CreateModel(
            name="TouchedSubject",
            fields=[
                (
                    "subject_id",
                    models.BigIntegerField(primary_key=True, serialize=False),
                ),
                ("urgency", models.PositiveSmallIntegerField()),
            ],
            options={
                "indexes": [models.Index(fields=["urgency", "subject_id"], name="touched_subject_queue")],
            },
        ),
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("commitment_key", models.CharField(max_length=64)),
                ("subject_id", models.BigIntegerField()),
                ("subject_type", models.CharField(max_length=8)),
                ("start_key", models.CharField(max_length=120)),
                ("started_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(blank=True, null=True)),
                ("warn_at", models.DateTimeField(blank=True, null=True)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("gives_up_at", models.DateTimeField(blank=True, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "running"),
                            ("paused", "paused"),
                            ("met", "met"),
                            ("overdue", "overdue"),
                            ("late", "late"),
                            ("failed", "failed"),
                            ("cancelled", "cancelled"),
                            ("excluded", "excluded"),
                            ("unmeasurable", "unmeasurable"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("owner_id", models.BigIntegerField(blank=True, null=True)),
                ("allowed_seconds", models.BigIntegerField(blank=True, null=True)),
                ("elapsed_seconds", models.BigIntegerField(blank=True, null=True)),
                ("business_seconds", models.BigIntegerField(blank=True, null=True)),
                ("paused_seconds", models.BigIntegerField(blank=True, null=True)),
                ("unassigned_seconds", models.BigIntegerField(blank=True, null=True)),
                ("repeats", models.PositiveIntegerField(default=0)),
                ("evidence", models.JSONField(default=list)),
                ("owners", models.JSONField(default=list)),
                ("origin", models.CharField(blank=True, max_length=255, null=True)),
                ("changed_at", models.DateTimeField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="clocks",
                        to="agreements.commitment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["due_at"],
                        name="clock_open_due",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["warn_at"],
                        name="clock_open_warn",
                    ),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True), ("gives_up_at__isnull", False)),
                        fields=["gives_up_at"],
                        name="clock_open_gives_up",
                    ),
                    models.Index(
                        models.F("commitment_key"),
                        django.db.models.functions.comparison.Coalesce("due_at", "started_at"),
                        name="clock_key_due",
                    ),
                    models.Index(
                        fields=["commitment_key", "started_at", "id"],
                        name="clock_key_started",
                    ),
                    models.Index(fields=["subject_id"], name="clock_subject"),
                    models.Index(fields=["owner_id", "due_at"], name="clock_owner_due"),
                    models.Index(fields=["-started_at", "-id"], name="clock_newest"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment_key", "subject_id", "start_key"),
                        name="clock_once_per_start",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("ended_at__isnull", True),
                                ("state__in", ["running", "paused"]),
                            ),
                            models.Q(
                                models.Q(("state__in", ["running", "paused"]), _negated=True),
                                ("ended_at__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="clock_ended_at_exactly_when_ended",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["met", "late"]), _negated=True),
                            ("stopped_at__isnull", False),
                            _connector="OR",
                        ),
                        name="clock_done_has_its_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("commitment_key", models.CharField(max_length=64)),
                ("period_start", models.DateTimeField()),
                ("period_end", models.DateTimeField()),
                ("each", models.CharField(default="team", max_length=100)),
                (
                    "value",
                    models.DecimalField(decimal_places=6, max_digits=20, null=True),
                ),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("running", models.BigIntegerField(default=0)),
                ("left_out", models.BigIntegerField(default=0)),
                ("target", models.CharField(max_length=64)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("kept", "kept"),
                            ("missed", "missed"),
                            ("on_pace", "on_pace"),
                            ("at_risk", "at_risk"),
                            ("maturing", "maturing"),
                            ("too_few", "too_few"),
                            ("not_required", "not_required"),
                            ("unmeasurable", "unmeasurable"),
                        ],
                        max_length=12,
                    ),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="agreements.commitment",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["-period_start", "-id"], name="reading_newest")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("commitment_key", "period_start", "each"),
                        name="reading_once_per_period",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("period_end__gt", models.F("period_start"))),
                        name="reading_period_is_not_empty",
                    ),
                ],
            },
        ),
    ]
