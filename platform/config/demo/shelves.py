"""Two municipalities' shelves of operating models."""

from __future__ import annotations

from datetime import datetime, timedelta

from catalogue.models import OperatingModel
from catalogue.services import save_shelf_item
from config.demo import read
from config.demo.profiles import party_owner, party_profile


def fill_shelves(*, now: datetime) -> int:
    """Returns how many models were put on a shelf."""
    models = OperatingModel.objects.in_bulk(field_name="slug")
    count = 0
    for key, items in read.shelves().items():
        for item in items:
            save_shelf_item(
                profile=party_profile(key),
                model=models[item["model"]],
                state=item["state"],
                notes=item["notes"],
                responsible=item["responsible"],
                learnt=item.get("learnt", ""),
                learnt_language=read.parties()[key].language,
                shared=item["shared"],
                by=party_owner(key),
                now=now + timedelta(days=item["days"]),
            )
            count += 1
    return count
