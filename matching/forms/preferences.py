"""What is wished of suggestions, as it comes from a page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.kinds import PLURALS
from accounts.models import Profile
from accounts.spoken import SPOKEN
from matching.engine.preferences import MOST_SURPRISES, Preferences, Reach, Wish
from matching.models import Preferences as Saved

SOFT, HARD = "soft", "hard"
_FORCES: list[tuple[str, str | Promise]] = [(SOFT, _("Counts more")), (HARD, _("Others are left out"))]


def _surprises() -> list[tuple[str, str | Promise]]:
    """Said anew for each page: a lazy text with a number put in is lazy no more."""
    some = [(str(n), _("%(n)d of each ten") % {"n": n}) for n in range(1, MOST_SURPRISES + 1)]
    return [("0", pgettext_lazy("surprises", "None")), *some]


def _several(label: Any, choices: Any, hint: Any = "") -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        choices=choices,
        required=False,
        help_text=hint,
        widget=forms.CheckboxSelectMultiple(attrs={"class": "twos"}),
    )


def _force() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("How strongly"), choices=_FORCES, widget=forms.RadioSelect(attrs={"class": "side"}), initial=SOFT
    )


class PreferencesForm(forms.Form):
    """Each wish has its field and its force (`<wish>_force`)."""

    place = forms.ChoiceField(label=_("Where they are"), choices=Saved.Place.choices, widget=forms.RadioSelect)
    km = forms.IntegerField(
        label=_("Kilometres, if within a distance"),
        min_value=1,
        max_value=1500,
        required=False,
        widget=forms.NumberInput(attrs={"class": "w-s", "inputmode": "numeric"}),
    )
    place_force = _force()
    sizes = _several(_("How large they are"), Profile.Size.choices)
    sizes_force = _force()
    languages = _several(_("A language in common"), list(SPOKEN.items()), _("One of those chosen is enough."))
    languages_force = _force()
    kinds = _several(_("What kind of party they are"), list(PLURALS.items()))
    kinds_force = _force()
    ready = _several(_("How ready they are"), Saved.Ready.choices)
    ready_force = _force()
    surprises = forms.ChoiceField(
        label=_("Surprise me"),
        help_text=_("So many of each ten come from outside the usual. They are marked, and never break a limit."),
        choices=_surprises,
        widget=forms.RadioSelect(attrs={"class": "side"}),
    )

    def __init__(self, *args: Any, wanted: Preferences | None = None, mine: list[str] | None = None, **kwargs: Any):
        """`mine` are the languages that the profile itself can be dealt with in: the ones that are offered first."""
        super().__init__(*args, **kwargs)
        spoken = [code for code in SPOKEN if code in (mine or [])]
        chosen = wanted.languages if wanted else frozenset()
        offered = [code for code in SPOKEN if not spoken or code in spoken or code in chosen]
        self.fields["languages"].choices = [(code, SPOKEN[code]) for code in offered]  # type: ignore[attr-defined]
        if wanted is not None:
            self.initial = _initial(wanted)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("place") == Saved.Place.KM and not cleaned.get("km") and "km" not in self.errors:
            self.add_error("km", _("Write how many kilometres, for example 50."))
        return cleaned

    def wanted(self) -> Preferences:
        """What a form that holds asks for."""
        data = self.cleaned_data
        return Preferences(
            reach=Reach(data["place"]),
            km=data["km"] or 50,
            sizes=frozenset(data["sizes"]),
            languages=frozenset(data["languages"]),
            kinds=frozenset(data["kinds"]),
            ready=frozenset(data["ready"]),
            hard=frozenset(wish for wish in Wish if data[f"{wish}_force"] == HARD),
            surprises=int(data["surprises"]),
        )


def _initial(wanted: Preferences) -> dict[str, Any]:
    forces = {f"{wish}_force": HARD if wish in wanted.hard else SOFT for wish in Wish}
    return {
        "place": str(wanted.reach),
        "km": wanted.km,
        "sizes": sorted(wanted.sizes),
        "languages": sorted(wanted.languages),
        "kinds": sorted(wanted.kinds),
        "ready": sorted(wanted.ready),
        "surprises": str(wanted.surprises),
        **forces,
    }
