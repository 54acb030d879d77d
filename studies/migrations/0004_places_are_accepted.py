"""A host accepts the places of a season in which minors can apply. Those that stand already count as accepted."""

from django.db import migrations, models
from django.db.models import F


def accept_what_stands(apps, schema_editor):
    apps.get_model("studies", "SeasonPlace").objects.update(accepted_at=F("made_at"))


class Migration(migrations.Migration):

    dependencies = [
        ('studies', '0003_what_is_asked_and_refused'),
    ]

    operations = [
        migrations.AddField(
            model_name='seasonplace',
            name='accepted_at',
            field=models.DateTimeField(blank=True, help_text="by the season's host", null=True),
        ),
        migrations.RunPython(accept_what_stands, migrations.RunPython.noop, elidable=True),
    ]
