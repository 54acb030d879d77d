"""A suggestion made ready for a page: sentences, the two texts with their marks, the table of the score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core import places
from matching import evidence as kept
from matching import hooks
from matching.engine import Gain, Kind, Party, Role
from matching.engine.documents import THEME_PREFIX
from matching.engine.scoring import TEXT_KINDS
from matching.evidence import Evidence, KeptReason
from matching.indexing import FIELD_OF_STUDY
from matching.models import Freshness, Suggestion
from matching.needs import Found
from matching.queries import suggestions_between
from matching.sentences import Sentence, say, theme_slugs

MOST_WORKS = 3
WHY_KEPT = 300
"""Seconds."""
LONGEST_TEXT = 700
SCALE = 10_000

_MINE: dict[str, str | Promise] = {
    Role.SEEKS: _("You look for"),
    Role.OFFERS: _("You offer"),
    Role.DOES: _("You do"),
    Role.PAST: _("You have taken part in"),
    Role.THEMES: _("Your themes"),
}
_THEIRS: dict[str, str | Promise] = {
    Role.SEEKS: _("They look for"),
    Role.OFFERS: _("They offer"),
    Role.DOES: _("They do"),
    Role.PAST: _("They have taken part in"),
    Role.THEMES: _("Their themes"),
}
_PARTS: dict[str, str | Promise] = {
    Kind.NEED_MEETS_OFFER: _("Your need and their offer"),
    Kind.OFFER_MEETS_NEED: _("Your offer and their need"),
    Kind.SHARED_NEED: _("The same need"),
    Kind.SHARED_FIELD: _("The same field of work"),
    Kind.PAST_WORK: _("What has been done before"),
    Kind.THEME: _("Themes"),
    Kind.WIDER_THEME: _("Wider themes"),
    Kind.NAMED: _("Named in your text"),
    Kind.PLACE: _("Distance"),
    Kind.COUNTRY: _("The same country"),
    Kind.KINDS: _("Kinds of parties"),
    Kind.EXPERIENCE: _("What they have done before"),
    Kind.ATTENTION: _("Suggested to others too"),
}


@dataclass(frozen=True)
class Understood:
    """What stands behind rows, by the row's id; and names of themes in the reader's language, by slug."""

    evidence: Mapping[int, Evidence]
    labels: Mapping[str, str]


@dataclass(frozen=True)
class Block:
    text: str
    language: str
    spans: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Side:
    heading: str | Promise
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Part:
    """A row of the table: points for me and for them, of one whole."""

    name: str | Promise
    mine: float
    theirs: float


@dataclass(frozen=True)
class Card:
    """A suggestion as a row of the list."""

    suggestion: Suggestion
    other: Profile
    sentences: tuple[Sentence, ...]
    km: int | None

    @property
    def first(self) -> Sentence | None:
        return self.sentences[0] if self.sentences else None


@dataclass(frozen=True)
class OpenCard(Card):
    """A suggestion in full."""

    mine: Side | None = None
    theirs: Side | None = None
    parts: tuple[Part, ...] = ()
    total: Part = field(default_factory=lambda: Part("", 0, 0))


def understand(suggestions: Sequence[Suggestion], me: Profile) -> Understood:
    """The reasons of rows of `me` whose `other` is loaded, and the names of the themes that they speak of: a fixed
    number of queries, however many the rows."""
    return _understand([(row, me) for row in suggestions])


def understand_each(suggestions: Sequence[Suggestion]) -> Understood:
    """The same of rows of several profiles, whose `profile` is loaded as well."""
    return _understand([(row, row.profile) for row in suggestions])


def _understand(rows: Sequence[tuple[Suggestion, Profile]]) -> Understood:
    reader = kept.Reader({id(one): one for row, me in rows for one in (me, row.other)}.values())
    found = {row.pk: reader.understand(row.evidence, me=me, other=row.other) for row, me in rows}
    slugs = {slug for one in found.values() for slug in theme_slugs(one.reasons)}
    return Understood(found, reader.labels(slugs))


def card(suggestion: Suggestion, me: Profile, understood: Understood) -> Card:
    evidence, labels = understood.evidence[suggestion.pk], understood.labels
    return Card(
        suggestion, suggestion.other, _sentences(evidence, me, suggestion.other, labels), _km(me, suggestion.other)
    )


def sentences_between(profile: Profile, others: Sequence[Profile]) -> dict[int, tuple[Sentence, ...]]:
    """Why each of these was suggested to the profile, by the other's key; nothing for those who were not.

    Told once for a while: a day's programme is opened often, and what two profiles say seldom changes. A changed
    profile (`Freshness.version`) and another list are told anew at once, a theme's new name when the while is over.
    Two queries, and those of `understand` when something is new.
    """
    standing = Suggestion.objects.filter(profile=profile, other__in=others)
    marks = {other: (pk, made_at) for pk, other, made_at in standing.values_list("pk", "other", "made_at")}
    others = [other for other in others if other.pk in marks]
    if not others:
        return {}
    versions = dict(Freshness.objects.filter(pk__in=[profile.pk, *(o.pk for o in others)]).values_list("pk", "version"))
    mine = f"matching.why:{get_language()}:{profile.pk}.{versions.get(profile.pk)}"
    keys = {}
    for other in others:
        row, made_at = marks[other.pk]
        keys[other.pk] = f"{mine}:{other.pk}.{versions.get(other.pk)}:{row}.{made_at.timestamp()}"
    told: dict[str, tuple[Sentence, ...]] = cache.get_many(keys.values())
    new = [other for other in others if keys[other.pk] not in told]
    if new:
        rows = {row.other_id: row for row in suggestions_between(profile, new).values()}
        understood = understand([*rows.values()], profile) if rows else Understood({}, {})
        made = {
            keys[other.pk]: card(rows[other.pk], profile, understood).sentences if other.pk in rows else ()
            for other in new
        }
        cache.set_many(made, WHY_KEPT)
        told |= made
    return {pk: told[key] for pk, key in keys.items() if told[key]}


def cards_for_need(found: Sequence[Found], need: Party, me: Profile) -> list[Card]:
    """Partners for a need as rows; those of whom there is nothing to say any more are left out. `me` is for whom it is
    asked, an empty profile for one who has none."""
    reader = kept.Reader([one.other for one in found])
    read = [reader.understand_for(one.evidence, mine=need, other=one.other) for one in found]
    labels = reader.labels({slug for evidence in read for slug in theme_slugs(evidence.reasons)})
    return [
        Card(
            Suggestion(other=one.other, direction=one.direction),
            one.other,
            _sentences(evidence, me, one.other, labels, of_need=True),
            _km(me, one.other),
        )
        for one, evidence in zip(found, read, strict=True)
        if evidence.reasons
    ]


def open_card(suggestion: Suggestion, me: Profile, understood: Understood) -> OpenCard:
    other = suggestion.other
    evidence, labels = understood.evidence[suggestion.pk], understood.labels
    shown = next((reason for reason in evidence.reasons if reason.kind in TEXT_KINDS), None)
    shown = shown or next((reason for reason in evidence.reasons if reason.kind == Kind.THEME), None)
    mine = theirs = None
    if shown is not None:
        mine_role, their_role = shown.mine.role or Role.THEMES, shown.theirs.role or Role.THEMES
        mine = Side(_MINE[mine_role], _blocks(me, mine_role, evidence, "mine", labels))
        theirs = Side(_THEIRS[their_role], _blocks(other, their_role, evidence, "theirs", labels))
    return OpenCard(
        suggestion,
        other,
        _sentences(evidence, me, other, labels),
        _km(me, other),
        mine if mine and mine.blocks else None,
        theirs if theirs and theirs.blocks else None,
        *_table(evidence),
    )


def _sentences(
    evidence: Evidence, me: Profile, other: Profile, labels: Mapping[str, str], *, of_need: bool = False
) -> tuple[Sentence, ...]:
    return tuple(
        say(reason, me=me, other=other, labels=labels, number=number, of_need=of_need)
        for number, reason in enumerate(evidence.reasons, 1)
    )


def _km(me: Profile, other: Profile) -> int | None:
    km = places.distance_km(me.municipality, other.municipality)
    return None if km is None or me.municipality == other.municipality else round(km)


def _blocks(profile: Profile, role: str, evidence: Evidence, side: str, labels: Mapping[str, str]) -> tuple[Block, ...]:
    if role == Role.THEMES:
        block = _themes_block(profile, evidence, labels)
        return (block,) if block.text else ()
    blocks = []
    for key, text, language in _documents(profile, role):
        spans: list[tuple[int, int, int]] = []
        for number, reason in enumerate(evidence.reasons, 1):
            words = getattr(reason, side)
            if words.document == key:
                spans += [(start, end, number) for start, end in words.spans]
        blocks.append(_excerpt(Block(text, language, tuple(_apart(spans)))))
    marked = [block for block in blocks if block.spans]
    return tuple((marked or blocks)[: MOST_WORKS if role == Role.PAST else 1])


def _excerpt(block: Block) -> Block:
    """A long text around its marks, cut between words; the whole stands on the profile's page."""
    text, spans = block.text, block.spans
    if len(text) <= LONGEST_TEXT:
        return block
    first = spans[0][0] if spans else 0
    start = max(0, min(first - 120, len(text) - LONGEST_TEXT))
    start = text.find(" ", start) + 1 if start else 0
    end = text.rfind(" ", start, start + LONGEST_TEXT)
    end = end if end > first else min(len(text), start + LONGEST_TEXT)
    before, after = ("… " if start else ""), (" …" if end < len(text) else "")
    shift = len(before) - start
    kept_spans = tuple((s + shift, e + shift, n) for s, e, n in spans if s >= start and e <= end)
    return Block(before + text[start:end] + after, block.language, kept_spans)


def _documents(profile: Profile, role: str) -> list[tuple[str, str, str]]:
    """(key, text, language) of the profile's documents of a role, by the keys that `matching.indexing` gave them."""
    if role == Role.PAST:
        return [(f"past:{work.pk}", work.title, work.language) for work in profile.past_works.all()]
    found = [(text.kind, text.text, text.language) for text in profile.texts.all() if text.kind == role]
    if role == Role.DOES and profile.field_of_study:
        found.append((FIELD_OF_STUDY, profile.field_of_study, "fi"))
    more = [one for one in hooks.documents_of(profile) if one.role == role]
    return found + [(one.key, one.text, one.language) for one in more]


def _themes_block(profile: Profile, evidence: Evidence, labels: Mapping[str, str]) -> Block:
    """A party's themes as a text, with those that the reasons speak of marked."""
    numbers: dict[str, int] = {}
    for number, reason in enumerate(evidence.reasons, 1):
        for label in _theme_labels(reason):
            numbers.setdefault(label, number)
    text, spans = "", []
    for theme in sorted((item.tag for item in profile.theme_items.all()), key=lambda theme: theme.label):
        if text:
            text += ", "
        if theme.slug in numbers:
            spans.append((len(text), len(text) + len(theme.label), numbers[theme.slug]))
        text += theme.label
    return Block(text, "", tuple(spans))


def _theme_labels(reason: KeptReason) -> list[str]:
    if reason.kind == Kind.THEME:
        return list(reason.labels)
    return [label.removeprefix(THEME_PREFIX) for label in reason.labels if label.startswith(THEME_PREFIX)]


def _apart(spans: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Of marks that overlap, that of the weightier reason."""
    found: list[tuple[int, int, int]] = []
    for start, end, number in sorted(spans, key=lambda span: (span[2], span[0])):
        if all(end <= other[0] or start >= other[1] for other in found):
            found.append((start, end, number))
    return sorted(found)


def _table(evidence: Evidence) -> tuple[tuple[Part, ...], Part]:
    """A term that is good for both counts half for each; the two columns together are the score."""
    rows: dict[str, list[float]] = {}
    for kind, gain, points in evidence.sums:
        row = rows.setdefault(kind, [0.0, 0.0])
        if gain == Gain.BOTH:
            row[0] += points / 2
            row[1] += points / 2
        else:
            row[0 if gain == Gain.MINE else 1] += points
    order = list(_PARTS)
    parts = tuple(
        Part(_PARTS[kind], mine / SCALE, theirs / SCALE)
        for kind, (mine, theirs) in sorted(rows.items(), key=lambda item: order.index(Kind(item[0])))
    )
    return parts, Part("", sum(part.mine for part in parts), sum(part.theirs for part in parts))
