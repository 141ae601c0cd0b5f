"""An index of the members: every batch that is judged asks for all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("leads", "0011_lists_by_kind_and_name")]

    operations = [
        migrations.AddIndex(
            model_name="ref",
            index=models.Index(condition=models.Q(("type", "member")), fields=["id"], name="ref_member"),
        ),
    ]
