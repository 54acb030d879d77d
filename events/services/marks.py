"""Private wishes: whom one must meet, would meet, would rather not. Two who wish for each other have agreed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from core.errors import DomainError
from events.models import MeetingRequest, Registration, Round, Wish
from events.queries.own_tables import are_same_side, seated_in
from events.rules import rounds as rules
from events.services.placing import NoCommonSlot, place_request
from events.services.requests import CannotBeAsked, check_pair
from events.services.rounds import NotComing
from notifications.services import notify

Word = Wish.Word
State = MeetingRequest.State


class UnknownWish(DomainError):
    message = _("Choose one of the three.")


class TooManyStars(DomainError):
    message = _("You have marked as many as one may as those whom you must meet. Take one mark away first.")


@transaction.atomic
def say_wish(
    *, round: Round, me: Registration, about: Registration, word: str, by: Any, now: datetime
) -> MeetingRequest | None:
    """Mark another participant in private; an empty `word` takes the mark away. Only the person themself marks.

    Gives the meeting that is agreed by it, when the round takes requests and both wish for each other. Raises
    `NotComing`, `CannotBeAsked`, `SameProfile`, `UnknownWish` or `TooManyStars`.
    """
    if me.user_id != by.pk:
        raise NotComing
    if word and word not in Word.values:
        raise UnknownWish
    if not word:
        Wish.objects.filter(by=me, about=about).delete()
        return None
    check_pair(round, me, about, by)
    Registration.objects.select_for_update(of=("self",)).get(pk=me.pk)
    if word == Word.STAR:
        stars = Wish.objects.filter(by=me, word=Word.STAR).exclude(about=about).count()
        if stars >= rules.MOST_STARS:
            raise TooManyStars
    Wish.objects.update_or_create(by=me, about=about, defaults={"word": word, "said_at": now})
    if not round.takes_requests or round.state == Round.State.SOLVING or word not in Wish.GLAD:
        return None
    made = agree_mutual(round, now=now, only=(me.pk, about.pk))
    return made[0] if made else None


@transaction.atomic
def show_me(*, registration: Registration, shown: bool, by: Any) -> None:
    """Whether the other participants see one and may ask. Those who have a request with one see one all the same.

    Raises `NotComing`.
    """
    if registration.user_id != by.pk:
        raise NotComing
    Registration.objects.filter(pk=registration.pk).update(is_browsable=shown)
    registration.is_browsable = shown


def agree_mutual(round: Round, *, now: datetime, only: tuple[int, int] | None = None) -> list[MeetingRequest]:
    """Pairs who wish for each other, one of them at least with a star, and have nothing between them yet, agree. In the
    caller's transaction. The gladder first: where times are given at once they take the better ones.

    It costs no contact: nobody was approached. Whoever declined the other once has answered that.
    """
    if round.is_speed:  # nobody asks there: the programme itself weighs the marks
        return []
    pairs = _mutual(round, only)
    if not pairs:
        return []
    # Neither one that ran out nor one that was taken back unanswered says anything; an agreement that was undone does.
    silent = Q(state=State.EXPIRED) | Q(state=State.WITHDRAWN, is_mutual=False, meeting=None)
    elsewhere = Q(round__event=round.event_id, round__ends_at__gt=now, state__in=MeetingRequest.STANDING)
    between = MeetingRequest.objects.filter(elsewhere | Q(round=round) & ~silent | _declined(round))
    known = {frozenset(pair) for pair in between.values_list("asker", "asked")}
    known |= {frozenset(pair) for pair in round.apart.values_list("one", "other")}
    seats = {
        one.pk: one
        for one in round.event.registrations.confirmed()
        .filter(pk__in={pk for pair in pairs for pk in pair}, profile__status=Profile.Status.PUBLISHED)
        .select_related("profile", "user")
    }
    made, seated = [], seated_in(round)
    for first, second in pairs:
        one, other = seats.get(first), seats.get(second)
        if one is None or other is None or frozenset((first, second)) in known:
            continue
        if are_same_side(round, first, second, seated):
            continue
        try:
            check_pair(round, one, other, one.user, quietly=True)
            with transaction.atomic():
                request = MeetingRequest.objects.create(
                    round=round,
                    asker=one,
                    asked=other,
                    state=State.ACCEPTED,
                    is_mutual=True,
                    is_wished=True,
                    made_at=now,
                    answered_at=now,
                )
        except (CannotBeAsked, IntegrityError):  # blocked since, or events_request_standing_once: asked a moment ago
            continue
        _settle(request, round, now=now)
        made.append(request)
    return made


def _declined(round: Round) -> Q:
    """A no is for the whole event."""
    return Q(round__event=round.event_id, state=State.DECLINED)


def _mutual(round: Round, only: tuple[int, int] | None) -> list[tuple[int, int]]:
    wishes = Wish.objects.filter(by__event=round.event_id, word__in=Wish.GLAD)
    if only is not None:
        wishes = wishes.filter(Q(by=only[0], about=only[1]) | Q(by=only[1], about=only[0]))
    said = {(by, about): word for by, about, word in wishes.values_list("by", "about", "word")}
    stars = {
        (by, about): sum(1 for one in (word, said[about, by]) if one == Word.STAR)
        for (by, about), word in said.items()
        if by < about and (about, by) in said
    }
    return sorted((pair for pair, n in stars.items() if n), key=lambda pair: (-stars[pair], pair))


def _settle(request: MeetingRequest, round: Round, *, now: datetime) -> None:
    """A time at once where the round gives them; else both are told that they agree."""
    if round.published_at is not None:
        try:
            with transaction.atomic():
                place_request(request, round=round, now=now)
        except NoCommonSlot:
            MeetingRequest.objects.filter(pk=request.pk).update(waits_since=now)
            request.waits_since = now
        else:
            return
    for reader in (request.asker, request.asked):
        about = {"request": request.pk, "registration": reader.pk}
        notify("events.wish_mutual", reader.user, about, key=str(request.pk), now=now)


def forget_wishes(*, now: datetime) -> int:
    """Marks go some weeks after the event's last round: nobody needs them any more."""
    needed = Round.objects.filter(ends_at__gte=now - rules.WISHES_KEPT)
    gone, _kinds = Wish.objects.exclude(by__event__in=needed.values("event")).delete()
    return gone


def wishes_in(round: Round) -> dict[tuple[int, int], int]:
    """What the marks of the event's participants weigh: {(by, about): weight}."""
    rows = Wish.objects.filter(by__event=round.event_id).values_list("by", "about", "word")
    return {(by, about): rules.WEIGHT_OF_WISH[word] for by, about, word in rows}


def weights_of(round: Round, requests: Iterable[MeetingRequest]) -> dict[int, int]:
    """What both sides' marks add to the weight of each request."""
    said = wishes_in(round)
    if not said:
        return {}
    return {
        one.pk: said.get((one.asker_id, one.asked_id), 0) + said.get((one.asked_id, one.asker_id), 0)
        for one in requests
    }
