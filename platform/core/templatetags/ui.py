"""The look's small pieces for templates."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django import template
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core import markdown as core_markdown
from core import places

register = template.Library()

ICONS = Path(__file__).parent.parent / "icons"
KNOT = (
    '<svg class="{css}" viewBox="0 0 24 24" aria-hidden="true" fill="none" stroke="currentColor" stroke-width="2.75">'
    '<path d="M0 4.5H12a5 5 0 0 1 0 10H9.6M4.4 14.5H0"/><path d="M24 19.5H12a5 5 0 0 1 0-10H14.4M19.6 9.5H24"/></svg>'
)


@cache
def _icon(name: str) -> str:
    source = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    inner = re.sub(r"^.*?<svg[^>]*>|</svg>.*$", "", source, flags=re.DOTALL).strip()
    inner = re.sub(r"\s+", " ", inner)
    return f'<svg class="icon" viewBox="0 0 24 24" aria-hidden="true">{inner}</svg>'


@register.simple_tag
def icon(name: str) -> SafeString:
    """A Lucide icon, inlined, always beside words."""
    return mark_safe(_icon(name))


@register.simple_tag
def knot(css: str = "") -> SafeString:
    """The mark: two bights, each holding the other."""
    return format_html(KNOT, css=css)


@register.filter
def monogram(name: str) -> str:
    """One or two letters that stand for a name where there is no logo."""
    words = [w for w in re.split(r"[\s\-–,.()&/]+", str(name)) if w and w[0].isalnum()]
    skip = {"oy", "oyj", "ab", "ry", "ky", "rf", "abp", "tmi", "osk", "sr"}
    words = [w for w in words if w.casefold() not in skip] or words
    return "".join(w[0] for w in words[:2]).upper() or "?"


@register.filter
def place(code: str) -> str:
    """A municipality's name in the reader's language."""
    return places.name(code or "")


@register.filter
def markdown(text: str) -> SafeString:
    return core_markdown.render(text or "")


@register.simple_tag
def langmark(language: str | None) -> SafeString:
    """A small mark beside a text that is not in the reader's language."""
    if not language or language == (get_language() or "")[:2]:
        return mark_safe("")
    words = {"fi": _("in Finnish"), "sv": _("in Swedish"), "en": _("in English")}
    return format_html('<span class="langmark">{}</span>', words.get(language, language))


@register.filter
def marked(text: str, spans: Iterable[tuple[int, int, int | None]]) -> SafeString:
    """The text with the given spans marked; a span is (start, end, footnote number or None). Everything is escaped."""
    out: list[str] = []
    at = 0
    for start, end, number in sorted(spans or [], key=lambda span: (span[0], -span[1])):
        if start < at or end > len(text) or end <= start:
            continue
        out.append(conditional_escape(text[at:start]))
        foot = format_html("<sup>{}</sup>", number) if number else ""
        out.append(format_html("<mark>{}{}</mark>", text[start:end], foot))
        at = end
    out.append(conditional_escape(text[at:]))
    return mark_safe("".join(out))


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """This page's query string with changes; None or "" takes a key away. Keeps pages shareable."""
    request: HttpRequest = context["request"]
    values = request.GET.copy()
    for key, value in changes.items():
        values.pop(key, None)
        if value not in (None, ""):
            values[key] = str(value)
    return "?" + values.urlencode() if values else request.path


@register.simple_tag(takes_context=True)
def in_language_url(context: dict[str, Any], language: str) -> str:
    """This page's address in another language."""
    request: HttpRequest | None = context.get("request")
    if request is None:
        return f"/{language}/"
    translated = translate_url(request.get_full_path(), language)
    return translated if translated.startswith("/") else f"/{language}/"


@register.inclusion_tag("components/pages.html", takes_context=True)
def pages(context: dict[str, Any], page: Any) -> dict[str, Any]:
    """The page links under a list. `page` is a Django `Page`."""
    return {
        "page": page,
        "numbers": page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1),
        "request": context["request"],
    }


@register.simple_tag
def stars(count: int, of: int = 3) -> SafeString:
    """Effort as stars, said in words to those who do not see them."""
    path = "M12 2.5l2.9 6.1 6.6.8-4.9 4.6 1.3 6.6L12 17.3l-5.9 3.3 1.3-6.6L2.5 9.4l6.6-.8z"
    drawn = "".join(
        f'<svg viewBox="0 0 24 24"{" class=y" if n < count else ""}><path d="{path}"/></svg>' for n in range(of)
    )
    label = _("%(count)d of %(of)d") % {"count": count, "of": of}
    return format_html('<span class="stars" role="img" aria-label="{}">{}</span>', label, mark_safe(drawn))
