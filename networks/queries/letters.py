"""Reading letters: how many an organisation has had, in which language it reads them, what came of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import BooleanField, Count, Exists, ExpressionWrapper, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from accounts.models import ClaimLink, Profile, ProfileText, Representative
from core.text import LANGUAGES
from matching.models import Introduction
from networks.models import Asking, Letter, Membership, Network
from networks.rules import letters as rules

State = Membership.State


def lately(profiles: Collection[int], now: datetime) -> Counter[int]:
    """Letters that each of the profiles has had in a month from the whole installation; one that came back was none.

    Five reads, however many they are.
    """
    since = now - rules.MONTH
    letters = Letter.objects.filter(membership__profile__in=profiles, made_at__gt=since, returned_at=None)
    claims = ClaimLink.objects.filter(profile__in=profiles, made_at__gt=since).exclude(sent_to="")
    found: Counter[int] = Counter()
    for rows, name in (
        (letters, "membership__profile"),
        (claims, "profile"),
        (Asking.objects.filter(membership__profile__in=profiles, made_at__gt=since), "membership__profile"),
        *((Introduction.objects.filter(**{f"{side}__in": profiles, "made_at__gt": since}), side) for side in "ab"),
    ):
        for row in rows.order_by().values(name).annotate(n=Count("pk")):
            found[row[name]] += row["n"]
    return found


def languages_of(profiles: Sequence[Profile]) -> dict[int, str]:
    """In which each is written to: that of its first owner; else of its own text; else one that it says it speaks."""
    keys = [one.pk for one in profiles]
    owners = Representative.objects.filter(profile__in=keys, role=Representative.Role.OWNER, user__is_active=True)
    texts = ProfileText.objects.filter(profile__in=keys)
    found: dict[int, str] = {}
    for profile, language in [
        *owners.order_by("since", "pk").values_list("profile", "user__language"),
        *texts.order_by("pk").values_list("profile", "language"),
        *((one.pk, code) for one in profiles for code in one.languages),
        *((one.pk, code) for one in profiles for code in LANGUAGES if getattr(one, f"name_{code}")),
    ]:
        if language in LANGUAGES:
            found.setdefault(profile, language)
    return {key: found.get(key, "fi") for key in keys}


class Outcome:
    """What came of an invitation, by its key in the list's filter."""

    ACCEPTED, DECLINED, WITHDRAWN = "accepted", "declined", "withdrawn"
    RETURNED, OPENED, SILENT, SENT, QUEUED = "returned", "opened", "silent", "sent", "queued"


OUTCOMES: dict[str, str | Promise] = {
    Outcome.QUEUED: pgettext_lazy("letter", "leaves soon"),
    Outcome.SENT: pgettext_lazy("letter", "sent"),
    Outcome.OPENED: pgettext_lazy("letter", "opened the page"),
    Outcome.SILENT: pgettext_lazy("letter", "silent"),
    Outcome.RETURNED: pgettext_lazy("letter", "came back"),
    Outcome.ACCEPTED: pgettext_lazy("letter", "accepted"),
    Outcome.DECLINED: pgettext_lazy("letter", "declined"),
    Outcome.WITHDRAWN: pgettext_lazy("letter", "taken back"),
}
_ANSWERS: dict[str, str] = {State.DECLINED: Outcome.DECLINED, State.REMOVED: Outcome.WITHDRAWN}


_REMINDER = Letter.objects.filter(
    membership=OuterRef("membership"), asked_at=OuterRef("asked_at"), kind=Letter.Kind.REMINDER
)


@dataclass(frozen=True)
class Row:
    letter: Letter
    outcome: str
    why: str
    reminded: bool
    may_remind: bool

    @property
    def said(self) -> str:
        return str(OUTCOMES[self.outcome])


def invitations(network: Network) -> QuerySet[Letter]:
    """The newest first, each with what came of it; `reminded`: whether a reminder was sent."""
    found = Letter.objects.filter(membership__network=network, kind=Letter.Kind.INVITATION).with_answer()
    return found.annotate(reminded=Exists(_REMINDER)).select_related("membership__profile").order_by("-made_at", "-pk")


def not_reminded(network: Network) -> QuerySet[Letter]:
    """Those of the same of which no reminder was sent."""
    return invitations(network).filter(~Exists(_REMINDER))


def silent(network: Network, now: datetime) -> list[Row]:
    """Those that a reminder would go to now. One read."""
    waiting = not_reminded(network).filter(membership__state=Membership.State.INVITED)
    return [row for row in rows(list(waiting[: rules.MOST_AT_ONCE]), now) if row.may_remind]


def rows(letters: Sequence[Letter], now: datetime) -> list[Row]:
    made = []
    for one in letters:
        outcome, was_reminded = outcome_of(one, now), bool(getattr(one, "reminded", False))
        may = rules.is_silent(one, now) and not was_reminded
        made.append(Row(one, outcome, getattr(one, "answer_why", "") or "", was_reminded, may))
    return made


def outcome_of(letter: Letter, now: datetime) -> str:
    """Of a letter that `invitations` gave."""
    answer = getattr(letter, "answer", None)
    is_mailed, is_opened = letter.mailed_at is not None, letter.opened_at is not None
    return _outcome(answer, letter.returned_at is not None, is_mailed, is_opened, rules.is_silent(letter, now))


def _outcome(answer: str | None, is_returned: bool, is_mailed: bool, is_opened: bool, is_silent: bool) -> str:
    if answer:
        return _ANSWERS.get(answer, Outcome.ACCEPTED)
    if is_returned:
        return Outcome.RETURNED
    if not is_mailed:
        return Outcome.QUEUED
    if is_opened:
        return Outcome.OPENED
    return Outcome.SILENT if is_silent else Outcome.SENT


def counts(network: Network, now: datetime) -> list[tuple[str, str, int]]:
    """(key, label, how many) of the outcomes that there are. The database counts those that have gone the same way."""
    alike = (
        invitations(network)
        .order_by()
        .annotate(
            is_returned=_whether(returned_at__isnull=False),
            is_mailed=_whether(mailed_at__isnull=False),
            is_opened=_whether(opened_at__isnull=False),
            is_silent=ExpressionWrapper(rules.silent(now), BooleanField()),
        )
        .values("answer", "is_returned", "is_mailed", "is_opened", "is_silent")
        .annotate(n=Count("pk"))
    )
    n: Counter[str] = Counter()
    for answer, *told, many in alike.values_list("answer", "is_returned", "is_mailed", "is_opened", "is_silent", "n"):
        n[_outcome(answer, *told)] += many
    return [(key, str(label), n[key]) for key, label in OUTCOMES.items() if n[key]]


def _whether(**condition: bool) -> ExpressionWrapper[Q]:
    return ExpressionWrapper(Q(**condition), BooleanField())


def current(membership: Membership) -> Letter | None:
    """The letter of the invitation that waits."""
    kind = Letter.Kind.INVITATION
    return Letter.objects.filter(membership=membership, asked_at=membership.state_since, kind=kind).first()
