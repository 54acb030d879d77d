"""Lists and choices that are written in one go: nothing in them is code, and they look as Django's own do."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.test.html import parse_html

from accounts.queries.names import Named
from core.long_choices import LongCheckboxes, LongSelect
from networks.queries.outside import Member
from networks.queries.rotation import Seated
from networks.templatetags import long_lists

BAD = "<b>\"Paha\" & 'Poika'</b>"
SAFE = "&lt;b&gt;&quot;Paha&quot; &amp; &#x27;Poika&#x27;&lt;/b&gt;"
SEAT = Seated(1, 2, BAD, BAD)
GUEST = SimpleNamespace(key="p1", name=BAD, registration=object(), profile=SimpleNamespace(name=BAD))


@pytest.mark.parametrize(
    ("made", "count"),
    [
        (lambda: long_lists.options([(1, BAD)], 1), 1),
        (lambda: long_lists.name_links([Named(1, BAD, "/fi/profiles/paha/")]), 1),
        (lambda: long_lists.card_lines([Member("paha", "company", "", {"fi": BAD, "sv": "", "en": ""})]), 1),
        (lambda: long_lists.table_lines([(1, [SEAT])]), 2),
        (lambda: long_lists.missing_picks([(1, [SEAT])]), 2),
        (lambda: long_lists.arrived_picks([GUEST]), 2),
        (lambda: LongSelect(choices=[(BAD, BAD)]).render("who", BAD), 2),
        (lambda: LongCheckboxes(choices=[(BAD, BAD)]).render("who", [BAD]), 2),
    ],
)
def test_a_name_is_no_code(made: Any, count: int) -> None:
    text = made()
    assert "<b>&" not in text.replace(SAFE, "")
    assert BAD not in text
    assert text.count(SAFE) == count


@pytest.mark.parametrize(
    ("long", "usual", "value"),
    [(LongSelect, forms.Select, "2"), (LongCheckboxes, forms.CheckboxSelectMultiple, ["2"])],
)
def test_as_django_writes_them(long: Any, usual: Any, value: Any) -> None:
    choices, attrs = [("", "–"), (2, "Kaksi")], {"id": "id_who", "aria-describedby": "id_who_helptext"}

    long_made, made = (widget(choices=choices).render("who", value, attrs) for widget in (long, usual))
    assert parse_html(long_made) == parse_html(made)
