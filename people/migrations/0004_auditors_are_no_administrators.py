from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_fair_to_people"),
    ]

    operations = [
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_auditor", False), ("is_superuser", False), _connector="OR"),
                name="user_auditor_is_no_administrator",
                violation_error_message="An auditor changes nothing, so an administrator cannot be one.",
            ),
        ),
    ]
