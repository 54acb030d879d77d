"""Times as `events.wording` says them, for templates."""

from __future__ import annotations

from django import template

from events import wording

register = template.Library()

register.filter("clock", wording.clock)
register.filter("day", wording.day)
register.filter("when", wording.when)


@register.simple_tag
def span(start: object, end: object) -> str:
    return wording.span(start, end)  # type: ignore[arg-type]  # templates give what the model holds
