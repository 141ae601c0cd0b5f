from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reporting", "0004_notices_by_mail_and_channels"),
    ]

    operations = [
        migrations.AlterField(
            model_name="dispute",
            name="outcome",
            field=models.CharField(
                blank=True,
                choices=[
                    ("waived", "waived"),
                    ("refused", "refused"),
                    ("taken_back", "taken_back"),
                    ("undone", "undone"),
                ],
                max_length=10,
                null=True,
            ),
        ),
    ]
