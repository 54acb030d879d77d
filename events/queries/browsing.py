"""The other participants of a round, the ones that suit best first, and how things stand with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, prefetch_related_objects

from accounts.models import Profile, ProfileTheme
from events.models import MeetingRequest, Registration, Round, Wish
from events.queries.fit import key_of
from events.queries.own_tables import seated_in
from matching import among, showing
from matching import queries as matching
from matching.sentences import Sentence
from themes.models import Theme

BY_NAME, MARKED = "name", "marked"
MOST_REASONS = 2
MOST_THEMES = 3


@dataclass
class Candidate:
    """Someone who may be asked. `reasons` and `themes` are filled for those who are shown."""

    registration: Registration
    request: MeetingRequest | None = None
    is_mine: bool = False
    """Whether the request is one that I made."""
    meeting: Any = None
    wish: str = ""
    score: int = 0
    in_common: int = 0
    reasons: Sequence[Sentence] = field(default_factory=tuple)
    themes: Sequence[Theme] = field(default_factory=tuple)

    @property
    def name(self) -> str:
        return self.registration.profile.name.casefold()

    def is_agreed_in(self, round: Round) -> bool:
        request = self.request
        return request is not None and request.round_id == round.pk and request.state == MeetingRequest.State.ACCEPTED


def candidates(
    round: Round,
    me: Registration,
    *,
    user: Any,
    now: datetime,
    words: str = "",
    order: str = "",
    only: int | None = None,
) -> list[Candidate]:
    """Those whom the person may see: who allows it, or has a request between them already. A fixed number of queries.

    The best suggestion of the matcher first, then by themes in common, those whom one would rather not meet last; with
    `BY_NAME` by name, with `MARKED` one's own marks alone.
    """
    standing: dict[int, MeetingRequest] = {}
    for request in _between(round, me, now):
        other = request.asked_id if request.asker_id == me.pk else request.asker_id
        if other not in standing or request.round_id == round.pk:
            standing[other] = request
    wishes = dict(Wish.objects.filter(by=me).values_list("about", "word"))
    others = _seen(round, me, user)
    if round.is_hosted:
        seated = seated_in(round)
        others = others.exclude(pk__in=seated) if me.pk in seated else others.filter(pk__in=seated)
    others = others.filter(Q(is_browsable=True) | Q(pk__in=standing))
    if only is not None:
        others = others.filter(pk=only)
    if order == MARKED:
        others = others.filter(pk__in=wishes)
    if words:
        others = others.prefetch_related("profile__texts")
    found = [
        Candidate(
            one,
            standing.get(one.pk),
            is_mine=one.pk in standing and standing[one.pk].asker_id == me.pk,
            meeting=getattr(standing.get(one.pk), "meeting", None),
            wish=wishes.get(one.pk, ""),
        )
        for one in others
        if not words or words.casefold() in _search_text(one)
    ]
    if order == BY_NAME or only is not None:
        return sorted(found, key=lambda one: (one.name, one.registration.pk))
    _weigh(found, me)
    marks = list(Wish.Word.values)
    if order == MARKED:
        return sorted(found, key=lambda one: (marks.index(one.wish), -one.score, one.name, one.registration.pk))
    return sorted(
        found,
        key=lambda one: (
            one.wish == Wish.Word.RATHER_NOT, -one.score, -one.in_common, one.name, one.registration.pk,
        ),
    )  # fmt: skip


def _between(round: Round, me: Registration, now: datetime) -> QuerySet[MeetingRequest]:
    """One's requests in the round, and those that stand in another round which is not over: the same two have one at a
    time."""
    elsewhere = Q(round__event=round.event_id, round__ends_at__gt=now, state__in=MeetingRequest.STANDING)
    hidden = (MeetingRequest.State.WITHDRAWN, MeetingRequest.State.PROPOSED)
    return (
        MeetingRequest.objects.filter(Q(asker=me) | Q(asked=me), Q(round=round) | elsewhere)
        .exclude(state__in=hidden)
        .select_related("meeting", "round__event")
        .order_by("pk")
    )


def _seen(round: Round, me: Registration, user: Any) -> QuerySet[Registration]:
    return (
        round.event.registrations.confirmed()
        .exclude(profile=me.profile_id)
        .filter(profile__in=Profile.objects.visible_to(user))
        .select_related("profile", "user")
    )


def _weigh(found: Sequence[Candidate], me: Registration) -> None:
    """The matcher's scores, of its list or as a worker found them among those who come; and for those whom it knows
    nothing of, how many themes are in common. Two queries."""
    others = [one.registration.profile_id for one in found]
    scores = {other: score for other, _direction, score, _said in _looked_up(me)}
    scores |= dict(me.profile.suggestions.filter(other__in=others).values_list("other", "score"))
    shared = dict(
        ProfileTheme.objects.filter(content_object__in=others, tag__in=_themes(me))
        .values_list("content_object")
        .annotate(n=Count("pk"))
    )
    for one in found:
        profile_id = one.registration.profile_id
        one.score, one.in_common = scores.get(profile_id, 0), shared.get(profile_id, 0)


def _looked_up(me: Registration) -> among.Kept:
    return among.found(key_of(me.event_id, me.profile_id)) or []


def _themes(me: Registration) -> Any:
    return ProfileTheme.objects.filter(content_object=me.profile_id, tag__state=Theme.State.ACTIVE).values("tag")


def tell_reasons(shown: Sequence[Candidate], me: Registration) -> None:
    """Why each of those on the page suits: the matcher's reasons, or else the themes in common; and their texts."""
    profiles = [one.registration.profile for one in shown]
    prefetch_related_objects(profiles, "texts", "theme_items__tag")
    rows = among.as_rows(_looked_up(me), me.profile, {one.pk: one for one in profiles})
    rows |= matching.suggestions_between(me.profile, profiles)
    understood = showing.understand(list(rows.values()), me.profile) if rows else None
    mine = set(_themes(me).values_list("tag", flat=True)) if shown else set()
    for one in shown:
        row = rows.get(one.registration.profile_id)
        if row is not None and understood is not None:
            one.reasons = showing.card(row, me.profile, understood).sentences[:MOST_REASONS]
        if not one.reasons:
            tags = [item.tag for item in one.registration.profile.theme_items.all() if item.tag_id in mine]
            one.themes = sorted(tags, key=lambda theme: theme.label)[:MOST_THEMES]


def _search_text(registration: Registration) -> str:
    profile = registration.profile
    parts = [profile.name, registration.user.name, *(text.text for text in profile.texts.all())]
    return " ".join(parts).casefold()
