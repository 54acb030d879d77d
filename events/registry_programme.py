"""What the programme and the life of an event give to its page. Called once, when apps are ready."""

from __future__ import annotations

from core import panels
from opportunities import hooks as opportunity_hooks


def register() -> None:
    from events.queries import dialogues
    from events.views import again, events_life, outside, programme

    opportunity_hooks.on_dialogue_events("events.dialogues", dialogues.Dialogues())
    panels.register("event", "events.aftermath", events_life.aftermath_panel, order=4)
    panels.register("event", "events.dialogue", events_life.dialogue_panel, order=6)
    panels.register("event", "events.programme", programme.panel, order=10)
    panels.register("event", "events.series", again.series_panel, order=8)
    panels.register("event", "events.share", outside.share_panel, order=90)
