"""Times as `events.wording` says them, for templates."""

from __future__ import annotations

from django import template

from events import wording
from events.addresses import of_round

register = template.Library()

register.filter("clock", wording.clock)
register.filter("day", wording.day)
register.filter("when", wording.when)
register.filter("event_when", wording.event_when)
register.filter("event_times", wording.event_times)
register.filter("round_name", wording.round_name)
register.filter("round_label", wording.round_label)


@register.simple_tag
def span(start: object, end: object) -> str:
    return wording.span(start, end)  # type: ignore[arg-type]  # templates give what the model holds


register.simple_tag(of_round, name="round_url")
