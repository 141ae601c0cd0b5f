"""Lists of what somebody owns or did, newest first."""


from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('leads', '0012_members_by_type'),
    ]

    operations = [
        migrations.AlterField(
            model_name='account',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='campaign',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='contact',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='content',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='deal',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='lead',
            name='owner_id',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddIndex(
            model_name='account',
            index=models.Index(fields=['owner_id', 'ref_id'], name='account_of_owner'),
        ),
        migrations.AddIndex(
            model_name='campaign',
            index=models.Index(fields=['owner_id', 'ref_id'], name='campaign_of_owner'),
        ),
        migrations.AddIndex(
            model_name='contact',
            index=models.Index(fields=['owner_id', 'ref_id'], name='contact_of_owner'),
        ),
        migrations.AddIndex(
            model_name='content',
            index=models.Index(fields=['owner_id', 'ref_id'], name='content_of_owner'),
        ),
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(fields=['owner_id', 'ref_id'], name='deal_of_owner'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(condition=models.Q(('actor_id__isnull', False)), fields=['actor_id', 'occurred_at', 'id'], name='event_newest_of_actor'),
        ),
        migrations.AddIndex(
            model_name='lead',
            index=models.Index(fields=['owner_id', 'ref_id'], name='lead_of_owner'),
        ),
    ]
