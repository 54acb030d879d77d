"""What the programme and the life of an event give to its page. Called once, when apps are ready."""

from __future__ import annotations

from core import panels


def register() -> None:
    from events.views import again, events_life, outside, programme

    panels.register("event", "events.aftermath", events_life.aftermath_panel, order=4)
    panels.register("event", "events.dialogue", events_life.dialogue_panel, order=6)
    panels.register("event", "events.programme", programme.panel, order=10)
    panels.register("event", "events.series", again.series_panel, order=8)
    panels.register("event", "events.share", outside.share_panel, order=90)
