"""What is judged together lies together: clocks and units of a subject; what is open is listed newest first."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('agreements', '0004_trials'),
        ('measurement', '0016_units_by_state'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='clock',
            name='clock_once_per_start',
        ),
        migrations.RemoveConstraint(
            model_name='unit',
            name='unit_once',
        ),
        migrations.RemoveIndex(
            model_name='clock',
            name='clock_subject',
        ),
        migrations.RemoveIndex(
            model_name='clock',
            name='clock_owner_due',
        ),
        migrations.RemoveIndex(
            model_name='unit',
            name='unit_subject',
        ),
        migrations.AddIndex(
            model_name='clock',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('state', 'overdue'), _connector='OR'), fields=['-started_at', '-id'], name='clock_open_newest'),
        ),
        migrations.AddConstraint(
            model_name='clock',
            constraint=models.UniqueConstraint(fields=('subject_id', 'commitment_key', 'start_key'), name='clock_once_per_start'),
        ),
        migrations.AddConstraint(
            model_name='unit',
            constraint=models.UniqueConstraint(fields=('subject_id', 'commitment_key', 'unit_key', 'each'), name='unit_once'),
        ),
        migrations.AddIndex(
            model_name="unit",
            index=models.Index(fields=["owner_id", "commitment_key", "at"], name="unit_of_owner"),
        ),
    ]
