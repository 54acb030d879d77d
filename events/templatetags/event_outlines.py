"""Outlines of events in the reader's language."""

from __future__ import annotations

from django import template

from core.text import reader_language
from events.models import Event
from events.outlines import Outline

register = template.Library()


def _in_language(outline: Outline, texts: dict[str, str]) -> str:
    return outline.text(texts, reader_language())[0]


@register.simple_tag
def outline_kind(outline: Outline) -> str:
    return str(Event.Kind(outline.kind).label)


@register.simple_tag
def outline_title(outline: Outline) -> str:
    return _in_language(outline, outline.titles)


@register.simple_tag
def outline_hint(outline: Outline) -> str:
    return _in_language(outline, outline.hints) or _in_language(outline, outline.summaries)
