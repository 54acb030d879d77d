"""Whom a coordinator might introduce to each other, and what each would be told.

A pair that either side has answered in the negative is not among them, and nothing says why a pair is not: the answers
are private.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.models import Block, Profile, Representative
from matching import rules
from matching.models import Connection, Interest, Introduction, Suggestion
from matching.showing import Card, card, understand_each

MOST_IN_A_MONTH = 2
"""Introductions that one party is given. Each asks for an answer, and who is asked too often answers nobody."""
MONTH = timedelta(days=30)
AT_ONCE = 20
UNSETTLED = (Introduction.State.OPEN, Introduction.State.DECLINED)


@dataclass(frozen=True)
class Pair:
    """`for_one` is the other as `one` is told of it, and the other way round."""

    one: Profile
    other: Profile
    for_one: Card
    for_other: Card


def pairs(
    *, user: Any, now: datetime, of: Profile | None = None, among: QuerySet[Any] | None = None, limit: int = AT_ONCE
) -> list[Pair]:
    """The best pairs, of one profile, among some (their keys) or of everybody, by what both gain."""
    often = introduced_often(now)
    found = _worth(user, now).exclude(profile__in=often).exclude(other__in=often)
    found = found.filter(profile=of) if of is not None else found.filter(profile__lt=F("other"))
    if among is not None:
        found = found.filter(profile__in=among, other__in=among)
    return _dressed(list(found.select_related("profile", "other").order_by("-score", "pk")[:limit]))


def pair(one: Profile, other: Profile, *, user: Any, now: datetime) -> Pair | None:
    """The pair, if it may be introduced."""
    found = _dressed(list(_worth(user, now).filter(profile=one, other=other).select_related("profile", "other")))
    return found[0] if found else None


def are_free(one: Profile, other: Profile, *, now: datetime) -> bool:
    """Whether the two may be introduced for a reason that a person gives, whatever the matcher says: both are
    represented and shown, and nothing stands between them or joins them already."""
    if not all(rules.can_be_proposed(side) and side.is_claimed for side in (one, other)):
        return False
    either = Q(profile=one, other=other) | Q(profile=other, other=one)
    no = Interest.objects.standing(timezone.localdate(now)).exclude(answer=Interest.Answer.INTERESTED).filter(either)
    blocked = Block.objects.filter(Q(blocker=one, blocked=other) | Q(blocker=other, blocked=one))
    joined = rules.are_connected(one, other) or Introduction.objects.between(one, other).exists()
    return not (joined or no.exists() or blocked.exists())


def first_partners(profiles: Sequence[Profile], *, user: Any, now: datetime) -> dict[int, Profile]:
    """Whom each of the profiles might be introduced to first; those for whom there is nobody are left out."""
    often = introduced_often(now)
    rows = _worth(user, now).filter(profile__in=profiles).exclude(profile__in=often).exclude(other__in=often)
    found: dict[int, Profile] = {}
    for row in rows.select_related("other").defer("evidence").order_by("profile", "-score", "pk"):
        found.setdefault(row.profile_id, row.other)
    return found


def introduced_often(now: datetime) -> set[int]:
    """Who has been introduced as often in a month as anybody is."""
    recent = Introduction.objects.filter(made_at__gt=now - MONTH)
    counts: dict[int, int] = {}
    for side in ("a", "b"):
        for row in recent.values(side).annotate(n=Count("pk")).order_by():
            counts[row[side]] = counts.get(row[side], 0) + row["n"]
    return {profile for profile, n in counts.items() if n >= MOST_IN_A_MONTH}


def letter_language(profile: Profile) -> str:
    """That of the profile's first owner."""
    owners = Representative.objects.filter(profile=profile, role=Representative.Role.OWNER, user__is_active=True)
    return owners.order_by("since", "pk").values_list("user__language", flat=True).first() or "fi"


def proposed_letter(me: Profile, told: Card, *, language: str, by: str) -> str:
    """A letter to begin from, in the reader's language."""
    with translation.override(language):
        again = card(told.suggestion, me, understand_each([told.suggestion]))
        reason = html.unescape(strip_tags(again.first.text)) if again.first else ""
    return letter_about(told.other, reason, language=language, by=by)


def letter_about(other: Profile, reason: str, *, language: str, by: str) -> str:
    """What one is written of the other, with a reason in whatever words it is given."""
    with translation.override(language):
        text = _(
            "Hello! I think that you and %(other)s could both gain from meeting. %(reason)s\n\n"
            "Would you like to be introduced? If both of you accept, you see each other's contact details. If you do "
            "not, nobody is told.\n\n%(by)s"
        )
        return text % {"other": other.name, "reason": reason, "by": by}


def waiting_for(profile: Profile, *, user: Any, now: datetime) -> list[Introduction]:
    """Introductions that the profile has not answered, the oldest first; the other side can still be seen."""
    answered = Interest.objects.filter(
        Q(profile=profile, other=OuterRef("a")) | Q(profile=profile, other=OuterRef("b")), at__gte=OuterRef("made_at")
    )
    rows = Introduction.objects.of(profile).answerable(now).exclude(Exists(answered))
    return list(rows.filter(*_both_seen(user)).select_related("a", "b").order_by("made_at", "pk"))


def made(*, limit: int = 50) -> QuerySet[Introduction]:
    """What coordinators have made, newest first."""
    return Introduction.objects.select_related("a", "b", "by")[:limit]


def _both_seen(user: Any) -> list[Exists]:
    seen = Profile.objects.visible_to(user).filter(status=Profile.Status.PUBLISHED, visibility__in=rules.SHOWN)
    own = Profile.objects.represented_by(user)
    return [Exists((seen | own).filter(pk=OuterRef(side))) for side in ("a", "b")]


def _worth(user: Any, now: datetime) -> QuerySet[Suggestion]:
    """Rows whose two sides are both represented and seen, stand in each other's lists, and are free of each other."""
    ready = Profile.objects.visible_to(user).filter(
        status=Profile.Status.PUBLISHED, visibility__in=rules.SHOWN, claimed_at__isnull=False
    )
    either = Q(profile=OuterRef("profile"), other=OuterRef("other")) | Q(
        profile=OuterRef("other"), other=OuterRef("profile")
    )
    both = Q(a=OuterRef("profile"), b=OuterRef("other")) | Q(a=OuterRef("other"), b=OuterRef("profile"))
    no = Interest.objects.standing(timezone.localdate(now)).exclude(answer=Interest.Answer.INTERESTED)
    blocked = Block.objects.filter(
        Q(blocker=OuterRef("profile"), blocked=OuterRef("other"))
        | Q(blocker=OuterRef("other"), blocked=OuterRef("profile"))
    )
    return Suggestion.objects.filter(
        Exists(ready.filter(pk=OuterRef("profile"))),
        Exists(ready.filter(pk=OuterRef("other"))),
        Exists(Suggestion.objects.filter(profile=OuterRef("other"), other=OuterRef("profile"))),
        ~Exists(no.filter(either)),
        ~Exists(blocked),
        ~Exists(Connection.objects.filter(both)),
        ~Exists(Introduction.objects.filter(both)),
    )


def _dressed(rows: Sequence[Suggestion]) -> list[Pair]:
    """With the reasons of both sides; a fixed number of queries more."""
    wanted = Q()
    for row in rows:
        wanted |= Q(profile=row.other_id, other=row.profile_id)
    turned = Suggestion.objects.filter(wanted).select_related("profile", "other") if rows else []
    back = {(row.other_id, row.profile_id): row for row in turned}
    understood = understand_each([*rows, *back.values()])
    return [
        Pair(
            row.profile,
            row.other,
            card(row, row.profile, understood),
            card(theirs, theirs.profile, understood),
        )
        for row in rows
        if (theirs := back.get((row.profile_id, row.other_id))) is not None
    ]
