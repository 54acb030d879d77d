"""Those of an official kind that were published before a coordinator had to confirm them count as confirmed."""

from django.db import migrations, models
from django.db.models.functions import Coalesce, Now


def confirm_published(apps, schema_editor):
    profiles = apps.get_model("accounts", "Profile").objects
    official = profiles.filter(kind__in=["municipality", "education", "public_body"], status="published")
    official.filter(confirmed_at=None).update(confirmed_at=Coalesce("claimed_at", "published_at", Now()))


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='profile',
            name='confirmed_at',
            field=models.DateTimeField(blank=True, help_text='of an official kind: when a coordinator has stood behind what it says it is', null=True),
        ),
        migrations.AddField(
            model_name='profile',
            name='confirmation_refused_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.RunPython(confirm_published, migrations.RunPython.noop),
    ]
