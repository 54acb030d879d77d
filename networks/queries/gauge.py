"""Whether a theme is narrow enough for a network: who would fit, how alike they are, which narrower themes there are,
and what to do about it. The figures stand on the profiles' themes and texts and on the matcher's rows among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import PastWork, Profile, ProfileText, ProfileTheme
from matching import ground
from matching.models import Suggestion
from networks.queries.proposals import organisations, theme_keys
from themes.models import Theme

MANY = 40
"""More than a coordinator can know by name, and more than meet one another in a year of meetings."""
REPRESENTED = 3
"""A network begins with three to five who gain something from one another."""
NARROWER = 8
SHOWN = 50


@dataclass(frozen=True)
class Narrower:
    """`below`: of the vocabulary's own branch, and not only what those who fit have in common."""

    theme: Theme
    fitting: int
    below: bool


@dataclass(frozen=True)
class Fit:
    """An organisation that would fit. `partner`: of the others of the theme the one whom it gains most from."""

    profile: Profile
    seeks: bool
    gives: bool
    partner: Profile | None


@dataclass(frozen=True)
class Gauge:
    """Of the `fitting`, so many are `represented`, tell what they look for and what they can give. Of the represented,
    `paired` have somebody in the theme who offers what they need or needs what they offer; `alike` have only others
    with whom they share something."""

    themes: tuple[Theme, ...]
    fitting: int
    represented: int
    seekers: int
    givers: int
    paired: int
    alike: int
    narrower: tuple[Narrower, ...]
    rows: tuple[Fit, ...]

    @property
    def is_narrow_enough(self) -> bool:
        return ground.ENOUGH <= self.fitting <= MANY

    @property
    def wider(self) -> list[Theme]:
        """The branches of the themes, to be tried where too few fit."""
        found = {theme.parent.pk: theme.parent for theme in self.themes if theme.parent is not None}
        return list(found.values()) if self.fitting < ground.ENOUGH else []

    @property
    def is_too_wide(self) -> bool:
        return self.fitting > MANY

    @property
    def unmet(self) -> int:
        return self.represented - self.paired - self.alike

    @property
    def advice(self) -> list[str]:
        """What to do, in one sentence or two."""
        first = self._of_width()
        return [first, self._of_likeness()] if self.fitting >= ground.ENOUGH else [first]

    def _of_width(self) -> str:
        n = self.fitting
        if not n:
            return _("Nobody here has this theme yet. Choose a wider one, or invite those who should choose it.")
        if n < ground.ENOUGH:
            return ngettext(
                "Only %(n)d organisation fits, and it would have hardly anybody to meet. Choose a wider theme, or "
                "invite others to choose this one.",
                "Only %(n)d organisations fit, and would meet the same few each time. Choose a wider theme, or invite "
                "others to choose this one.",
                n,
            ) % {"n": n}
        if n <= MANY:
            return _("%(n)d organisations fit: enough to meet somebody new, few enough to know one another.") % {"n": n}
        if not self.narrower:
            return _(
                "%(n)d organisations fit, more than get to know one another. Narrow it by place or by a question."
            ) % {"n": n}
        best = self.narrower[0]
        told = {"n": n, "theme": best.theme.label, "m": best.fitting}
        return (
            _(
                "%(n)d organisations fit, more than get to know one another. Choose a narrower theme, such as "
                "%(theme)s, which %(m)d of them have."
            )
            % told
        )

    def _of_likeness(self) -> str:
        if self.represented < REPRESENTED:
            return _("Hardly any of them are represented here yet: begin by writing to them.")
        if self.seekers < ground.SEEKERS:
            return _(
                "Hardly any tell what they look for. Ask for it when you invite: a need is what others can answer."
            )
        told = {"p": self.paired, "r": self.represented}
        if 2 * self.paired >= self.represented:
            return (
                _(
                    "%(p)d of the %(r)d represented ones need what another offers, or the other way round: let "
                    "them meet in pairs."
                )
                % told
            )
        return (
            _(
                "They are more alike than they need one another (%(p)d of %(r)d): let them learn from one another, and "
                "invite some who buy from them or sell to them."
            )
            % told
        )


def gauge_of(themes: Sequence[Theme], user: Any) -> Gauge:
    """Eight reads, however many fit. The themes' parents are loaded."""
    keys = theme_keys(themes)
    fitting = organisations(user).filter(
        Exists(ProfileTheme.objects.filter(content_object=OuterRef("pk"), tag__in=keys))
    )
    told = fitting.annotate(seeks=_says(ProfileText.Kind.SEEKS), gives=_gives())
    figures = told.aggregate(
        fitting=Count("pk"),
        represented=Count("pk", filter=Q(claimed_at__isnull=False)),
        seekers=Count("pk", filter=Q(seeks=True)),
        givers=Count("pk", filter=Q(gives=True)),
    )
    among = Suggestion.objects.filter(profile__in=fitting, other__in=fitting)
    paired = among.exclude(direction=Suggestion.Direction.SHARED)
    alike = among.exclude(profile__in=paired.values("profile"))
    return Gauge(
        tuple(themes),
        **figures,
        paired=paired.aggregate(n=Count("profile", distinct=True))["n"],
        alike=alike.aggregate(n=Count("profile", distinct=True))["n"],
        narrower=_narrower(themes, keys, fitting, figures["fitting"]),
        rows=_rows(told, paired),
    )


def _says(*kinds: str) -> Exists:
    return Exists(ProfileText.objects.filter(profile=OuterRef("pk"), kind__in=kinds))


def _gives() -> Q:
    """As `matching.ground` counts: by what is offered, said to be done, or has been done."""
    done = Exists(PastWork.objects.filter(profile=OuterRef("pk")))
    return Q(_says(ProfileText.Kind.OFFERS, ProfileText.Kind.DOES)) | Q(done)


def _narrower(themes: Sequence[Theme], keys: set[int], fitting: QuerySet[Profile], whole: int) -> tuple[Narrower, ...]:
    """Those below the theme first, then those that the fitting have in common; each that two have and not all."""
    chosen = {theme.pk for theme in themes}
    wider = {theme.parent_id for theme in themes if theme.parent_id}
    counted = dict(
        ProfileTheme.objects.filter(content_object__in=fitting, tag__state=Theme.State.ACTIVE)
        .exclude(tag__in=chosen | wider)
        .values("tag")
        .annotate(n=Count("content_object", distinct=True))
        .filter(n__gte=2, n__lt=whole)
        .values_list("tag", "n")
        .order_by("-n", "tag")
    )
    found = Theme.objects.in_bulk(list(counted))
    made = [Narrower(found[key], n, key in keys) for key, n in counted.items()]
    return tuple(sorted(made, key=lambda one: (not one.below, -one.fitting, one.theme.pk))[:NARROWER])


def _rows(told: QuerySet[Any], paired: QuerySet[Suggestion]) -> tuple[Fit, ...]:
    """The evidence: those who are represented first, then by name."""
    by_name = told.alias(unclaimed=Q(claimed_at=None)).order_by("unclaimed", "name_fi", "name_sv", "pk")
    profiles: list[Any] = list(by_name[:SHOWN])
    partners: dict[int, Profile] = {}
    for row in paired.filter(profile__in=[one.pk for one in profiles]).select_related("other").order_by("-score", "pk"):
        partners.setdefault(row.profile_id, row.other)
    return tuple(Fit(one, one.seeks, one.gives, partners.get(one.pk)) for one in profiles)
