import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=100, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("detail", models.JSONField(blank=True, default=dict)),
            ],
        ),
        migrations.CreateModel(
            name="ChangeMark",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("record", "record"),
                            ("event", "event"),
                            ("definition", "definition"),
                            ("people", "people"),
                            ("verdict", "verdict"),
                        ],
                        max_length=16,
                    ),
                ),
                ("ref_id", models.BigIntegerField()),
                ("from_instant", models.DateTimeField(blank=True, null=True)),
                ("ready_at", models.DateTimeField()),
            ],
            options={
                "indexes": [models.Index(fields=["kind", "ready_at", "id"], name="change_mark_queue")],
            },
        ),
        migrations.CreateModel(
            name="IdempotencyKey",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("token_id", models.BigIntegerField()),
                ("key", models.CharField(max_length=255)),
                ("body_sha256", models.BinaryField(max_length=32)),
                ("status", models.PositiveSmallIntegerField()),
                ("response", models.TextField(help_text="JSON as it was sent; as jsonb its keys would change their order.")),
                ("created_at", models.DateTimeField(db_index=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token_id", "key"), name="idempotency_key_once_per_token")
                ],
            },
        ),
        migrations.CreateModel(
            name="OutboxMessage",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("channel", models.CharField(max_length=16)),
                ("payload", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ready", "ready"),
                            ("sending", "sending"),
                            ("sent", "sent"),
                            ("unknown", "unknown"),
                            ("failed", "failed"),
                        ],
                        default="ready",
                        max_length=8,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("next_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.TextField(blank=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["ready", "sending"])),
                        fields=["next_at"],
                        name="outbox_under_way",
                    ),
                    models.Index(
                        condition=models.Q(("payload", {}), _negated=True),
                        fields=["created_at"],
                        name="outbox_with_a_body",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("sent_at__isnull", False), ("state", "sent")),
                            models.Q(models.Q(("state", "sent"), _negated=True), ("sent_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="outbox_sent_at_exactly_when_sent",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_index=True)),
                ("actor_label", models.CharField(blank=True, max_length=200)),
                ("verb", models.CharField(max_length=64)),
                ("object_type", models.CharField(max_length=64)),
                ("object_id", models.CharField(max_length=200)),
                ("before", models.JSONField(blank=True, null=True)),
                ("after", models.JSONField(blank=True, null=True)),
                (
                    "actor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "audit entries",
                "indexes": [models.Index(fields=["object_type", "object_id", "id"], name="audit_object")],
            },
        ),
    ]
