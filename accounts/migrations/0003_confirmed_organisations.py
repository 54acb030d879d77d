"""Those of an official kind that were published before a coordinator had to confirm them count as confirmed. What was
found in the business register by the number alone counts no more: the mark says that the name is there too.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce, Now


def confirm_published(apps, schema_editor):
    profiles = apps.get_model("accounts", "Profile").objects
    official = profiles.filter(kind__in=["municipality", "education", "public_body"], status="published")
    official.filter(confirmed_at=None).update(confirmed_at=Coalesce("claimed_at", "published_at", Now()))


def forget_numbers(apps, schema_editor):
    checked = apps.get_model("accounts", "Profile").objects.exclude(business_id_checked_at=None)
    checked.update(business_id_checked_at=None)


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
        migrations.RunPython(forget_numbers, migrations.RunPython.noop),
    ]
