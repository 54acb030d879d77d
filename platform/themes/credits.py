"""Whose words the themes and the text analysis stand on, for the page *About the data*."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import credits
from core.credits import Credit


def register() -> None:
    credits.register(
        "themes.yso",
        Credit(
            name=_("Themes: General Finnish Ontology YSO"),
            holder=(
                "National Library of Finland, Semantic Computing Research Group (SeCo), "
                "The Finnish Terminology Centre TSK"
            ),
            licence="CC BY 4.0",
            licence_url="https://creativecommons.org/licenses/by/4.0/",
            source="https://finto.fi/yso/",
            changes=_(
                "A selection of concepts, grouped in two levels; names reworded, and synonyms and hints added. "
                "The list of words that compounds are made of was chosen with its help."
            ),
        ),
    )
    credits.register(
        "themes.words",
        Credit(
            name=_("Dictionary forms: word lists of simplemma"),
            holder="Michal Měchura, Wiktionary (Kaikki), FreeLing, spaCy, UniMorph",
            licence="ODbL 1.0, CC BY-SA",
            licence_url="https://opendatacommons.org/licenses/odbl/1-0/",
            source="https://github.com/adbar/simplemma",
            changes=_("Turned into another file format; a few readings corrected."),
        ),
    )
