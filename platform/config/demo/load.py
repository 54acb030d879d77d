"""The demo, stage by stage. Each stage is whole or not at all, and leaves a line in the audit trail by which the next
call passes it over: a second call finds everything there, and one that was cut off goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import transaction

from catalogue.services import load_catalogue
from config.demo import (
    boards,
    circles,
    gatherings,
    kinds,
    letters,
    market,
    meeting_days,
    meetings,
    notices,
    partners,
    profiles,
    read,
    seasons,
    shelves,
    today,
    works,
)
from config.demo.people import make_administrators
from core import audit
from core.models import AuditEvent
from core.queries import installation
from core.services import set_installation
from themes.services import load_themes

INSTALLATION = {
    "name_fi": "Solmu",
    "name_sv": "Solmu",
    "name_en": "Solmu",
    "keeper_fi": "Joensuun seutu (demo)",
    "keeper_sv": "Joensuuregionen (demo)",
    "keeper_en": "Joensuu region (demo)",
    "contact_name": "Kaisa Vaaranen",
    "contact_email": "koordinaattori@solmu.example",
    "municipality": "167",
}


@dataclass(frozen=True)
class Stage:
    """`work` makes the stage's things as of a moment and returns how many. One that is not `whole` keeps its own
    transactions, since what it does is done again without harm.
    """

    key: str
    title: str
    work: Callable[[datetime], int]
    whole: bool = True


def stages(
    organisations: Iterable[read.Organisation] | None = None, parties: Iterable[read.Party] | None = None
) -> list[Stage]:
    """All stages in their order; fewer organisations or parties can be named, for a quick trial of the loading."""
    real = read.organisations() if organisations is None else tuple(organisations)
    invented = tuple(read.parties().values() if parties is None else parties)
    return [
        Stage("vocabulary", "themes", lambda now: load_vocabulary()),
        Stage("catalogue", "operating models", lambda now: load_models(now)),
        Stage("organisations", "real organisations", lambda now: profiles.make_organisations(real, now=now)),
        Stage("parties", "invented parties", lambda now: profiles.make_parties(invented, now=now)),
        Stage("people", "administrators", lambda now: make_administrators()),
        Stage("shelves", "models on municipalities' shelves", lambda now: shelves.fill_shelves(now=now)),
        Stage("market", "offers and needs", lambda now: market.publish_opportunities(now=now)),
        Stage("suggestions", "profiles matched", lambda now: partners.make_suggestions(now=now), whole=False),
        Stage("answers", "answers", lambda now: partners.give_answers(now=now)),
        Stage("connections", "connections", lambda now: partners.make_connections(now=now)),
        Stage("messages", "messages", lambda now: letters.write_messages(now=now)),
        Stage("market_answers", "answers to offers and needs", lambda now: market.answer_opportunities(now=now)),
        Stage("events", "events", lambda now: gatherings.make_events(now=now)),
        Stage("kinds", "events from templates", lambda now: kinds.make_kinds(now=now)),
        Stage("schedule", "meetings in a round", lambda now: gatherings.make_schedules(now=now), whole=False),
        Stage("meeting_days", "days of meetings", lambda now: meeting_days.make_days(now=now)),
        Stage("networks", "theme networks", lambda now: circles.make_networks(now=now)),
        Stage("series", "meetings of networks", lambda now: meetings.make_series(now=now)),
        Stage("boards", "posts on noticeboards", lambda now: boards.write_boards(now=now)),
        Stage("works", "works of students", lambda now: works.make_works(now=now)),
        Stage("seasons", "summer places, schools and a purchase", lambda now: seasons.make_seasons(now=now)),
        Stage("today", "event that is on now", lambda now: today.make_today(now=now)),
        Stage("notices", "letters on the demo's mail page", lambda now: notices.deliver_notices(now=now), whole=False),
    ]


def load_vocabulary() -> int:
    loaded = load_themes()
    return loaded.added + loaded.updated + loaded.unchanged


def load_models(now: datetime) -> int:
    set_installation(now=now, **INSTALLATION)
    loaded = load_catalogue(now=now)
    return loaded.added + loaded.updated + loaded.unchanged


def load(chosen: list[Stage], *, now: datetime, say: Callable[[str], None]) -> bool:
    """Make what is missing and tell of each stage. Returns False when everything was there already."""
    done = set(AuditEvent.objects.filter(action__startswith="demo.").values_list("action", flat=True))
    missing = [stage for stage in chosen if _action(stage) not in done]
    for stage in missing:
        began = monotonic()
        with transaction.atomic() if stage.whole else nullcontext():
            count = stage.work(now)
            audit.record(_action(stage), installation(), by=None, now=now, count=count)
        say(f"  {count:>4} {stage.title} ({monotonic() - began:.1f} s)")
    return bool(missing)


def _action(stage: Stage) -> str:
    return f"demo.{stage.key}"
