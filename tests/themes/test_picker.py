"""The picker that other apps' forms use."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from themes.forms import ThemesField
from themes.models import Theme
from themes.queries import Proposal

pytestmark = pytest.mark.django_db


class Chooser(forms.Form):
    themes = ThemesField(most=2, required=False)


def sent(**values: Any) -> Chooser:
    data = QueryDict(mutable=True)
    for key, value in values.items():
        data.setlist(key, [str(one) for one in value] if isinstance(value, list) else [str(value)])
    return Chooser(data)


def boxes(html: str) -> list[str]:
    return [piece.split('"')[0] for piece in html.split('type="checkbox" name="themes" value="')[1:]]


def test_each_theme_is_offered_once_and_ticked_if_it_was_chosen(solar: Theme, wind: Theme) -> None:
    form = Chooser(initial={"themes": [solar.pk]})
    html = str(form["themes"])
    assert sorted(boxes(html)) == sorted(str(theme.pk) for theme in Theme.objects.all())
    assert html.count(" checked") == 1
    assert f'value="{solar.pk}" checked' in html


def test_proposals_stand_first_with_their_words(solar: Theme, wind: Theme) -> None:
    form = Chooser()
    field = form.fields["themes"]
    assert isinstance(field, ThemesField)
    field.propose([Proposal(wind, 1.0, ((0, 10),), ("tuulimylly<b>",))])
    html = str(form["themes"])
    assert boxes(html)[0] == str(wind.pk)
    assert "<mark>tuulimylly&lt;b&gt;</mark>" in html


def test_without_javascript_the_button_searches_and_nothing_is_lost(solar: Theme, wind: Theme) -> None:
    form = sent(themes=[wind.pk], themes_find="aurinkopaneeli", themes_look="1")
    assert ThemesField.is_looking(form)
    html = str(form["themes"])
    assert boxes(html)[:2] == [str(wind.pk), str(solar.pk)]
    assert html.count(" checked") == 1


def test_a_form_that_is_sent_to_be_saved_is_not_looking(solar: Theme) -> None:
    form = sent(themes=[solar.pk], themes_find="")
    assert not ThemesField.is_looking(form)
    assert form.is_valid()
    assert list(form.cleaned_data["themes"]) == [solar]


@pytest.mark.parametrize("value", ["999999", "x", "", "1" * 50, "-1"])
def test_a_theme_that_does_not_exist_is_refused_and_the_page_still_drawn(value: str, solar: Theme) -> None:
    form = sent(themes=[value])
    assert not form.is_valid()
    assert str(solar.pk) in boxes(str(form["themes"]))


def test_too_many_are_refused(top: Theme, solar: Theme, wind: Theme) -> None:
    assert not sent(themes=[top.pk, solar.pk, wind.pk]).is_valid()
    assert sent(themes=[solar.pk, wind.pk]).is_valid()


def test_a_theme_that_is_not_in_use_cannot_be_chosen(solar: Theme) -> None:
    Theme.objects.filter(pk=solar.pk).update(state="proposed")
    assert not sent(themes=[solar.pk]).is_valid()


def test_while_one_types_boxes_come_that_are_not_there_already(client: Client, top: Theme, solar: Theme) -> None:
    answer = client.get(
        reverse("theme_find"),
        {"name": "themes", "themes_find": "energia", "shown": str(top.pk)},
        headers={"HX-Request": "true"},
    )
    assert boxes(answer.content.decode()) == [str(solar.pk)]
    assert 'role="status"' in answer.content.decode()


def test_what_was_ticked_under_the_search_stays_there(client: Client, solar: Theme, wind: Theme) -> None:
    answer = client.get(
        reverse("theme_find"),
        {"name": "themes", "themes_find": "aurinko", "shown": "", "themes": [wind.pk]},
        headers={"HX-Request": "true"},
    )
    html = answer.content.decode()
    assert boxes(html) == [str(wind.pk), str(solar.pk)]
    assert f'value="{wind.pk}" checked' in html


def test_a_search_in_vain_offers_to_propose(client: Client, solar: Theme) -> None:
    answer = client.get(
        reverse("theme_find"), {"name": "themes", "themes_find": "zzqq"}, headers={"HX-Request": "true"}
    )
    assert f"{reverse('theme_propose')}?name=zzqq" in answer.content.decode()


@pytest.mark.parametrize("name", ["<script>", "", "a" * 50, "Themes"])
def test_a_strange_field_name_is_not_answered(name: str, client: Client) -> None:
    answer = client.get(reverse("theme_find"), {"name": name}, headers={"HX-Request": "true"})
    assert answer.status_code == 404


def test_by_itself_the_answer_leads_to_the_list(client: Client) -> None:
    assert client.get(reverse("theme_find"), {"themes_find": "x"})["Location"] == reverse("themes")
