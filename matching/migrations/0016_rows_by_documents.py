"""A row says its evidence by pairs of documents now: every list is made anew."""

from typing import Any

from django.db import migrations
from django.utils import timezone


def match_anew(apps: Any, schema_editor: Any) -> None:
    apps.get_model("matching", "Suggestion").objects.all().delete()
    apps.get_model("matching", "Freshness").objects.update(stale_since=timezone.now(), leased_until=None)


class Migration(migrations.Migration):
    dependencies = [("matching", "0015_rebuilds")]

    operations = [migrations.RunPython(match_anew, migrations.RunPython.noop)]
