"""Formatted text: a small part of Markdown, then cleaned."""

from __future__ import annotations

from functools import cache

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

_TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "blockquote", "code", "h3", "h4"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("zero", {"linkify": False, "breaks": True}).enable(
        ["paragraph", "text", "emphasis", "list", "link", "newline", "escape", "blockquote"]
    )


def render(text: str) -> SafeString:
    """HTML with only harmless tags; links open with no referrer and no claim to be ours."""
    html = nh3.clean(
        _parser().render(text),
        tags=_TAGS,
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener",
    )
    return mark_safe(html)
