"""Reading profiles for pages: one profile with all that its page shows, one's own, the newest wishes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from accounts import wording
from accounts.models import Profile, ProfileText, ProfileTheme, Representative
from core.queries import installation
from themes.models import Theme


@dataclass(frozen=True, slots=True)
class Lot:
    """One thing that a party offers or looks for: a headline of its own words and the rest of them."""

    kind: str
    language: str
    title: str
    text: str
    profile: Profile | None = None

    @property
    def is_need(self) -> bool:
        return self.kind == ProfileText.Kind.SEEKS


def with_page_parts(profiles: QuerySet[Profile]) -> QuerySet[Profile]:
    """Everything that a profile's page reads, in a fixed number of queries."""
    return profiles.prefetch_related(
        "texts",
        "past_works",
        Prefetch("theme_items", ProfileTheme.objects.select_related("tag").order_by("pk")),
        Prefetch("representatives", Representative.objects.filter(shown=True).select_related("user")),
    )


def profile_page(slug: str, user: Any) -> Profile | None:
    """The profile at an address, if the user may see it."""
    return (
        with_page_parts(Profile.objects.visible_to(user).filter(slug=slug))
        .exclude(status=Profile.Status.TAKEN_DOWN)
        .first()
    )


def shows_contact(profile: Profile, user: Any) -> bool:
    """Whether the user is shown the ways to reach the profile; its own people always are."""
    if not profile.is_claimed:
        return False
    if profile.contact_visibility == Profile.Visibility.PUBLIC:
        return True
    if not user.is_authenticated:
        return False
    if profile.contact_visibility == Profile.Visibility.MEMBERS:
        return True
    return Representative.objects.filter(profile=profile, user=user).exists()


def text_of(profile: Profile, kind: str) -> ProfileText | None:
    return next((text for text in profile.texts.all() if text.kind == kind), None)


def themes_of(profile: Profile) -> list[Theme]:
    """The profile's themes in use, from what was prefetched; a proposed one shows once it is accepted."""
    return [item.tag for item in profile.theme_items.all() if item.tag.state == Theme.State.ACTIVE]


def lots_of(profile: Profile) -> list[Lot]:
    """What the profile offers, then what it looks for."""
    found = []
    for kind in (ProfileText.Kind.OFFERS, ProfileText.Kind.SEEKS):
        text = text_of(profile, kind)
        for paragraph in wording.paragraphs(text.text) if text else []:
            title, rest = wording.headline(paragraph)
            found.append(Lot(kind, text.language if text else "", title, rest))
    return found


def own_draft(user: Any) -> Profile | None:
    """The profile that the user is making."""
    return Profile.objects.filter(
        status=Profile.Status.DRAFT,
        representatives__user=user,
        representatives__role=Representative.Role.OWNER,
    ).first()


def own_profiles(user: Any) -> list[Representative]:
    """The user's representations, drafts last, each with its profile."""
    published = Case(When(profile__status=Profile.Status.PUBLISHED, then=Value(0)), default=Value(1))
    return list(
        Representative.objects.filter(user=user)
        .exclude(profile__status=Profile.Status.TAKEN_DOWN)
        .select_related("profile")
        .order_by(published, "since", "pk")
    )


def home_of(user: Any) -> str:
    """The municipality from which near and far are told: of the user's own profile, else the installation's."""
    own = ""
    if user.is_authenticated:
        own = (
            Profile.objects.published()
            .filter(representatives__user=user)
            .exclude(municipality="")
            .order_by("representatives__since", "pk")
            .values_list("municipality", flat=True)
            .first()
            or ""
        )
    return own or installation().municipality


def newest_lots(user: Any, count: int) -> list[Lot]:
    """What was written last in profiles that the user sees, looked for and offered by turns, one a profile."""
    visible = Profile.objects.published().visible_to(user).filter(claimed_at__isnull=False)
    texts = (
        ProfileText.objects.filter(kind__in=[ProfileText.Kind.SEEKS, ProfileText.Kind.OFFERS], profile__in=visible)
        .select_related("profile")
        .order_by("-changed_at", "-pk")[: count * 6]
    )
    waiting: dict[str, list[Lot]] = {ProfileText.Kind.SEEKS: [], ProfileText.Kind.OFFERS: []}
    for text in texts:
        title, rest = wording.headline((wording.paragraphs(text.text) or [""])[0])
        waiting[text.kind].append(
            Lot(text.kind, text.language, title or wording.piece(rest, length=110)[0], "", text.profile)
        )
    found: list[Lot] = []
    seen: set[int] = set()
    turn = ProfileText.Kind.SEEKS
    while len(found) < count and any(waiting.values()):
        lot = _next(waiting[turn], seen) or _next(waiting[_other(turn)], seen)
        if lot is None:
            break
        found.append(lot)
        turn = _other(turn)
    return found


def _next(lots: list[Lot], seen: set[int]) -> Lot | None:
    while lots:
        lot = lots.pop(0)
        if lot.profile and lot.profile.pk not in seen:
            seen.add(lot.profile.pk)
            return lot
    return None


def _other(kind: str) -> ProfileText.Kind:
    return ProfileText.Kind.OFFERS if kind == ProfileText.Kind.SEEKS else ProfileText.Kind.SEEKS


def numbers(user: Any) -> dict[str, int]:
    """How many organisations the user sees, and how many things they and the people among them look for and offer."""
    visible = Profile.objects.published().visible_to(user)
    organisations = ~Q(kind__in=Profile.PEOPLE)
    wishes = Q(texts__kind__in=[ProfileText.Kind.SEEKS, ProfileText.Kind.OFFERS])
    return visible.aggregate(
        organisations=Count("pk", filter=organisations, distinct=True),
        wishes=Count("texts", filter=wishes, distinct=True),
    )


def with_theme(theme: Theme, user: Any, count: int) -> tuple[list[Profile], int]:
    """(the newest profiles that the user sees with a theme or one below it, how many there are)."""
    found = (
        Profile.objects.published()
        .visible_to(user)
        .filter(Q(theme_items__tag=theme) | Q(theme_items__tag__parent=theme))
        .distinct()
    )
    claimed = Case(When(claimed_at__isnull=False, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = found.prefetch_related("texts").annotate(order=claimed).order_by("order", "-published_at", "-pk")[:count]
    return list(rows), found.count()
