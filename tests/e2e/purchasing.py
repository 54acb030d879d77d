"""Addresses of planned purchases: one in its dialogue, a draft, and one that is closed; and a town for the journey."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Profile, User
from accounts.services import profiles as profile_services
from accounts.services.sections import Section
from opportunities.models import Opportunity, PurchaseQuestion
from opportunities.rules import opportunities as rules
from opportunities.services import opportunities as services
from opportunities.services import questions
from opportunities.services.opportunities import Plan
from opportunities.services.purchases import Terms
from tests.e2e.made import PEOPLE, person

NOT_PAGES = {"purchase_follow", "purchase_withdraw", "purchase_record_file"}
TOWN = "Selaimen kunta"
OPEN, DRAFT, CLOSED = "Koulukuljetukset selaimelle", "Selaimen hankinnan luonnos", "Selaimen päättynyt hankinta"
MODEL = "responsible-procurement"


def names() -> set[str]:
    """What nobody translates."""
    return set(Profile.objects.filter(name_fi=TOWN).values_list("name_fi", flat=True))


def town(email: str, name: str) -> str:
    """A municipality of the person's, published; returns its slug."""
    user, now = User.objects.get(email=email), timezone.now()
    draft = profile_services.create_draft(kind=Profile.Kind.MUNICIPALITY, by=user, now=now)
    parts: list[tuple[Section, dict[str, Any]]] = [
        (Section.ORGANISATION, {"name_fi": name, "municipality": "167"}),
        (Section.WORDS, {"offers": "Järjestämme asukkaille palveluja ja kehitämme kuntaa."}),
    ]
    for section, data in parts:
        profile_services.save_step(profile=draft, section=section, data=data, by=user, now=now)
    Profile.objects.filter(pk=draft.pk).update(confirmed_at=now)  # as if a coordinator had looked at it
    return profile_services.publish_profile(profile=draft, by=user, now=now).slug


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    buyer = person(PEOPLE["buyer"])
    own = Profile.objects.filter(name_fi=TOWN, representatives__user=buyer)  # a journey may have made one for others
    if not own.exists():
        town(buyer.email, TOWN)
    made = own.get()
    one, draft, closed = _dialogue(made, buyer), _purchase(DRAFT, made, buyer, publish=False), _closed(made, buyer)
    waiting = PurchaseQuestion.objects.filter(purchase__opportunity=one, state="waiting")[0]
    public = PurchaseQuestion.objects.filter(purchase__opportunity=one, state="answered")[0]
    at, over = {"pk": one.pk}, {"pk": closed.pk}
    return [
        *[("anonymous", name, at, "") for name in ("opportunity", "purchase_record")],
        ("anonymous", "purchase_record", over, ""),
        *[("company", name, at, "") for name in ("opportunity", "purchase_ask", "opportunity_answer")],
        ("beginner", "purchase_ask", at, ""),
        ("coordinator", "opportunity", at, ""),
        *[("buyer", "purchase_new", {}, after) for after in ("", f"model={MODEL}")],
        ("buyer", "opportunity_new", {}, ""),
        ("buyer", "opportunities_own", {}, ""),
        *[("buyer", "opportunity", {"pk": each.pk}, "") for each in (one, draft, closed)],
        *[("buyer", name, at, "") for name in ("opportunity_edit", "purchase_add", "purchase_record")],
        ("buyer", "purchase_record", at, "public=1"),
        *[("buyer", "purchase_question", {**at, "question": each.pk}, "") for each in (waiting, public)],
    ]


def _purchase(title: str, profile: Profile, owner: User, *, publish: bool) -> Opportunity:
    found = Opportunity.objects.filter(title=title).first()
    if found is not None:
        return found
    now = timezone.now()
    plan = Plan(
        direction="need",
        kind="purchase",
        title=title,
        text="Kolmen kyläkoulun oppilaat kuljetetaan kouluun ja kotiin. Mitä ajoneuvoja voitte tarjota?",
        last_day=rules.today_of(now) + timedelta(days=30),
        terms=Terms("Tarjouspyyntö syksyllä, sopimus tammikuusta.", now + timedelta(days=14)),
    )
    return services.create(profile=profile, plan=plan, by=owner, now=now, publish=publish)


def _dialogue(profile: Profile, owner: User) -> Opportunity:
    one = _purchase(OPEN, profile, owner, publish=True)
    if one.purchase.questions.exists():
        return one
    asker, now = User.objects.get(email=PEOPLE["company"]), timezone.now()
    firm = Profile.objects.filter(representatives__user=asker).order_by("pk")[0]
    more: dict[str, Any] = {"opportunity": one, "profile": firm, "by": asker, "now": now}
    public = questions.ask(text="Käyvätkö biokaasulla kulkevat pikkubussit?", **more)
    questions.answer(question=public, text="Kyllä, samoin sähköllä kulkevat.", by=owner, now=now)
    questions.correct(question=public, text="Myös vety käy.", by=owner, now=now)
    questions.inform(opportunity=one, text="Reittikartta julkaistaan ensi viikolla.", by=owner, now=now)
    declined = questions.ask(text="Montako tarjousta odotatte?", **more)
    questions.decline(question=declined, why="Siihen emme voi vastata ennalta.", by=owner, now=now)
    questions.ask(text="Voiko samassa autossa kuljettaa kahden koulun oppilaita?", **more)
    later = Plan(
        direction="need",
        kind="purchase",
        title=one.title,
        text=one.text,
        last_day=one.last_day,
        terms=Terms("Tarjouspyyntö jo kesällä.", one.purchase.questions_until),
    )
    return services.change(opportunity=one, plan=later, by=owner, now=now)


def _closed(profile: Profile, owner: User) -> Opportunity:
    one = _purchase(CLOSED, profile, owner, publish=True)
    return services.close(opportunity=one, outcome="not_needed", by=owner, now=timezone.now())
