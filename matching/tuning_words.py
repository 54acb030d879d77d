"""How the matcher is tuned, in words and as a picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from matching import exposure
from matching.engine import Kind, Part, Role
from matching.engine.kinds import KINDS_TOGETHER
from matching.engine.scoring import GAINS, MEETINGS, Gain
from matching.models import Tuning

POINTS: dict[str, str | Promise] = {
    Tuning.Point.SPREAD: _("Spread: whoever fits best by their own words. Being well known gives nothing."),
    Tuning.Point.ACCURACY: _("Accuracy: whoever is most likely right. Those who have done much come before others."),
}
STRENGTHS: dict[float, str | Promise] = {
    0.0: _("Not at all"),
    0.5: _("Half as strongly"),
    1.0: _("As the product came"),
    1.5: _("One and a half times as strongly"),
    2.0: _("Twice as strongly"),
    3.0: _("Three times as strongly"),
}
"""What can be chosen, by how many times the weights file it is."""
PARTS: dict[str, str | Promise] = {
    Part.NEEDS: _("A need that meets an offer"),
    Part.NAMES: _("Being named in the other's text"),
    Part.NEARNESS: _("Nearness"),
    Part.KINDS: _("Kinds of parties that seldom meet"),
    Part.EXPERIENCE: _("What has been done before"),
}

SCALE = 10_000
"""Points are shown as so many parts of one, as on the page of suggestions."""
TOLD = 5
KINDS: dict[str, str | Promise] = {
    Kind.NEED_MEETS_OFFER: _("Their need and the other's offer"),
    Kind.OFFER_MEETS_NEED: _("Their offer and the other's need"),
    Kind.SHARED_NEED: _("The same need"),
    Kind.SHARED_FIELD: _("The same field of work"),
    Kind.PAST_WORK: _("What has been done before"),
    Kind.THEME: _("Themes"),
    Kind.WIDER_THEME: _("Wider themes"),
    Kind.NAMED: _("Named in the text"),
    Kind.PLACE: _("Distance"),
    Kind.COUNTRY: _("The same country"),
    Kind.KINDS: _("Kinds of parties"),
    Kind.EXPERIENCE: _("Experience of the other"),
    Kind.ATTENTION: _("Suggested to others too"),
}

ROLES: dict[str, str | Promise] = {
    Role.SEEKS: _("what is looked for"),
    Role.OFFERS: _("what is offered"),
    Role.DOES: _("what is done"),
    Role.PAST: _("what has been done before"),
    Role.NAME: _("the name"),
}
WHO_GAINS: dict[str, str | Promise] = {
    Gain.MINE: _("the reader of the list"),
    Gain.THEIRS: _("the one who is suggested"),
    Gain.BOTH: _("both"),
}


@dataclass(frozen=True)
class RoleRule:
    """A text of the reader's meets one of the other's: who gains by it, and how much it counts (per cent of the most).
    A buyer and a supplier are what they look for and offer; nobody has to say which one they are."""

    own: str | Promise
    other: str | Promise
    gains: str | Promise
    percent: int


def role_rules() -> list[RoleRule]:
    """The engine's own table, in words."""
    return [
        RoleRule(ROLES[one.mine], ROLES[one.theirs], WHO_GAINS[GAINS.get(one.kind, Gain.BOTH)], round(100 * one.weight))
        for one in MEETINGS
    ]


def kinds_in_words() -> list[tuple[str, str, int]]:
    """Kinds of parties that gain by each other (one, other, per cent of the most), the greatest first."""
    labels = {kind.value: str(kind.label) for kind in Profile.Kind}
    rows = []
    for pair, much in KINDS_TOGETHER.items():
        one, other = sorted(labels[kind] for kind in pair)
        rows.append((one, other, round(100 * much)))
    return sorted(rows, key=lambda row: (-row[2], row[:2]))


@dataclass(frozen=True)
class Move:
    """A part that weighs otherwise than as the product came: by how many per cent, more or less. What answers showed,
    in per cent of the score, is known of the row that learnt it."""

    part: str | Promise
    percent: int
    accepted: int | None = None
    refused: int | None = None

    @property
    def less(self) -> int:
        return -self.percent


@dataclass(frozen=True)
class Told:
    """A row of settings for a page. `moves` are all parts that weigh otherwise, `learnt` those that this row moved."""

    row: Tuning
    point: str | Promise
    attention: str | Promise
    moves: tuple[Move, ...]
    learnt: tuple[Move, ...] = ()
    after: date | None = None
    until: date | None = None


def tell(row: Tuning) -> Told:
    figures = row.figures
    moves = {part: _move(row, part) for part in PARTS}
    return Told(
        row,
        POINTS[row.point],
        attention_in_words(row.attention),
        tuple(move for move in moves.values() if move.percent),
        tuple(moves[part] for part in figures.get("parts", ()) if part in moves),
        *(date.fromisoformat(figures[end]) for end in ("after", "until") if figures),
    )


def attention_in_words(attention: float) -> str | Promise:
    return STRENGTHS.get(attention) or gettext("%(times)s times as strongly") % {"times": number_format(attention)}


def _move(row: Tuning, part: str) -> Move:
    seen = row.figures.get("parts", {}).get(part, {})
    shares = [round(100 * seen[side]) if side in seen else None for side in ("accepted", "refused")]
    return Move(PARTS[part], round(100 * (row.factors.get(part, 1.0) - 1)), *shares)


@dataclass(frozen=True)
class Measured:
    """A level of the curve for the table: `quality` as it is measured, evenness in per cent."""

    point: str | Promise
    attention: str | Promise
    level: exposure.Level
    coverage: float
    is_bend: bool
    is_chosen: bool


def measured(row: Tuning) -> list[Measured]:
    """What each choice costs and gives, by the curve; the one nearest to the row's is marked."""
    found = []
    for point, levels in exposure.curves().items():
        bend, near = exposure.knee(levels), exposure.nearest(levels, row.attention)
        found += [
            Measured(
                Tuning.Point(point).label,
                attention_in_words(level.attention),
                level,
                100 * level.coverage,
                level is bend,
                point == row.point and level is near,
            )
            for level in levels
        ]
    return found


def picture(row: Tuning, levels: Sequence[Measured]) -> SafeString:
    """The curve with the row's own place marked, and in words for those who do not see it."""
    here = next(one for one in levels if one.is_chosen)
    label = gettext(
        "Two curves, one for each choice of who comes first. The more strongly attention is shared, the more "
        "organisations stand in somebody's first ten, and the fewer hits the first ten hold. Now: %(quality)s and "
        "%(coverage)s %%. The figures are in the table below."
    ) % {"quality": number_format(here.level.quality, 3), "coverage": round(here.coverage)}
    words = exposure.Words(
        label=label,
        quality=_("Hits in the first ten (nDCG@10)"),
        coverage=_("Organisations in somebody's first ten"),
        points={point.value: point.label for point in Tuning.Point},
        chosen=_("now"),
        number=lambda at: number_format(at, 2),
    )
    return exposure.draw(exposure.curves(), words, (row.point, row.attention))


def points_in_words(points: Mapping[str, int]) -> list[tuple[str | Promise, float]]:
    """A score's parts by name, the weightiest first. Kinds that are known no more are left out, and what would be shown
    as nothing."""
    known = [(KINDS[kind], amount / SCALE) for kind, amount in points.items() if kind in KINDS and abs(amount) >= TOLD]
    return sorted(known, key=lambda part: -abs(part[1]))
