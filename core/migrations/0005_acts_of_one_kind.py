"""Lists of acts of one kind, newest first."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0004_marks_of_exclusions")]

    operations = [
        migrations.AddIndex(
            model_name="auditentry", index=models.Index(fields=["verb", "id"], name="audit_verb")
        ),
    ]
