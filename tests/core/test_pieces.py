"""Places, text, markdown, panels, marks."""

from __future__ import annotations

import re

import pytest
from django import forms
from django.conf import settings
from django.test import RequestFactory
from django.utils.html import format_html
from hypothesis import given
from hypothesis import strategies as st

from core import markdown, panels, places
from core.errors import DomainError
from core.forms import add_domain_error
from core.templatetags import ui
from core.text import clean_text


def test_every_municipality_belongs_to_a_region_and_mergers_lead_on() -> None:
    for place in places.municipalities().values():
        assert place.region in places.regions()
        assert not places.municipalities()[places.current_code(place.code)].ended


def test_place_is_named_and_found_in_both_languages() -> None:
    assert places.find("Åbo") == places.find("turku") == "853"
    assert places.name("853", "sv") == "Åbo"
    assert places.find("Atlantis") == ""


def test_names_stand_in_finnish_order() -> None:
    names = [name for _code, name in places.choices("fi")]
    assert names.index("Ähtäri") > names.index("Ylöjärvi")
    assert names.index("Äänekoski") > names.index("Ähtäri")


def test_distance_is_symmetric_and_right() -> None:
    there, back = places.distance_km("167", "297"), places.distance_km("297", "167")
    assert there is not None
    assert there == back
    assert 90 < there < 160  # Joensuu – Kuopio
    assert places.distance_km("167", "") is None


@given(st.text())
def test_clean_text_is_idempotent_and_safe(text: str) -> None:
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert not set(cleaned) & set("\x00\u202e\u2066\x07")


def test_markdown_keeps_only_harmless_tags() -> None:
    html = markdown.render("**Hei** <script>alert(1)</script> [linkki](javascript:alert(1)) [hyvä](https://example.fi)")
    assert "<strong>Hei</strong>" in html
    assert "<script" not in html
    assert 'href="javascript' not in html
    assert 'href="https://example.fi"' in html


@given(
    st.text(max_size=60),
    st.lists(st.tuples(st.integers(0, 70), st.integers(0, 70), st.sampled_from([None, 1])), max_size=6),
)
def test_marks_never_lose_or_invent_text(text: str, spans: list[tuple[int, int, int | None]]) -> None:
    import html
    import re

    shown = re.sub(r"<sup>1</sup>|</?mark>", "", ui.marked(text, spans))
    assert html.unescape(shown) == html.unescape(html.escape(text))


def test_monogram_skips_company_forms() -> None:
    assert ui.monogram("Kontion Kuivike Ky") == "KK"
    assert ui.monogram("Oy") == "O"
    assert ui.monogram("") == "?"


def test_every_icon_draws() -> None:
    for file in ui.ICONS.glob("*.svg"):
        assert ui.icon(file.stem).startswith('<svg class="icon"')


def test_panels_come_in_order_and_the_silent_ones_are_left_out(rf: RequestFactory) -> None:
    def say(text: str) -> panels.Builder:
        return lambda request, subject: panels.Panel("components/empty.html", {"title": text})

    panels.register("test-kind", "b", say("toka"), order=2)
    panels.register("test-kind", "a", say("eka"), order=1)
    panels.register("test-kind", "c", lambda request, subject: None, order=0)
    first, second = panels.render("test-kind", rf.get("/"))
    assert "eka" in first
    assert "toka" in second


class _Form(forms.Form):
    name = forms.CharField()


class _Hinted(forms.Form):
    written = forms.CharField(help_text="<i>one</i>")
    made = forms.CharField(help_text=format_html("<i>{}</i>", "two & three"))
    ticked = forms.BooleanField(help_text="<i>one</i>")
    picked = forms.ChoiceField(help_text="<i>one</i>", widget=forms.RadioSelect, choices=[("a", "A")])


def test_a_hint_is_text_unless_it_was_made_as_html() -> None:
    drawn = str(_Hinted())
    assert drawn.count("<i>") == 1
    assert drawn.count("&lt;i&gt;one&lt;/i&gt;") == 3
    assert "<i>two &amp; three</i>" in drawn


def test_htmx_does_nothing_inside_what_people_have_written() -> None:
    shown = re.compile(r"<([^<>]*)>(?:\{%[^%]*%\})*\{\{[^{}]*\|markdown \}\}")
    places = [
        (file.name, tag)
        for file in (settings.ROOT / "templates").rglob("*.html")
        for tag in shown.findall(file.read_text())
    ]
    assert len(places) >= 10
    assert [name for name, tag in places if " hx-disable" not in tag] == []


@pytest.mark.parametrize(("field", "where"), [("name", "name"), ("unknown", "__all__"), (None, "__all__")])
def test_domain_error_lands_where_it_belongs(field: str | None, where: str) -> None:
    form = _Form({"name": "x"})
    add_domain_error(form, DomainError("ei käy", field=field))
    assert form.errors[where] == ["ei käy"]
