"""A row's evidence is the score's terms now, and scores are reckoned otherwise: every list is made anew."""

from typing import Any

from django.db import migrations
from django.db.models import F
from django.utils import timezone


def match_anew(apps: Any, schema_editor: Any) -> None:
    apps.get_model("matching", "Suggestion").objects.all().delete()
    marks = apps.get_model("matching", "Freshness").objects.all()
    marks.update(stale_since=timezone.now(), leased_until=None, version=F("version") + 1)


class Migration(migrations.Migration):
    dependencies = [("matching", "0006_introductions")]

    operations = [migrations.RunPython(match_anew, migrations.RunPython.noop)]
