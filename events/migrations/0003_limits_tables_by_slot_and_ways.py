import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0002_rounds_online_and_apart'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='walk_minutes',
            field=models.PositiveSmallIntegerField(default=0, help_text='from one hall to another, between meetings'),
        ),
        migrations.AddField(
            model_name='slot',
            name='tables',
            field=models.PositiveSmallIntegerField(blank=True, help_text='no value: as many as the round has', null=True),
        ),
        migrations.CreateModel(
            name='MeetingLimit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('most', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('least', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('own_most', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('registration', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='meeting_limits', to='events.registration')),
                ('round', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='limits', to='events.round')),
            ],
            options={
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('round', 'registration'), name='events_meetinglimit_once'), models.CheckConstraint(condition=models.Q(('most__isnull', True), ('least__isnull', True), ('least__lte', models.F('most')), _connector='OR'), name='events_meetinglimit_in_order')],
            },
        ),
    ]
