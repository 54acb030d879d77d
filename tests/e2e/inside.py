"""What the tests ask of the server's inside, in a process that has its settings: people's sessions, and addresses.

python inside.py <command> '<values as JSON>'    prints its answer as JSON on the last line
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db.models import Count, Q
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from accounts import tokens
from accounts.models import Profile, Representative, User
from accounts.services import claims
from accounts.services import profiles as profile_services
from accounts.services import representatives as representing
from accounts.services.sections import Section
from catalogue.models import OperatingModel
from conversations.queries import messages as letters
from core.errors import DomainError
from events.models import Event, Meeting, MeetingProposal, Registration, SolverRun
from events.services import registrations, requests, rounds, solving
from events.services.events import EventPlan, create_event, publish_event
from events.services.rounds import RoundPlan
from matching.models import Connection
from themes.models import Theme

HOUR = 3600
FAIR = "Selaimen kumppanuuspäivä"
PEOPLE = {
    "company": "yritys@solmu.example",
    "coordinator": "koordinaattori@solmu.example",
    "editor": "yllapito@solmu.example",
    "student": "opiskelija@solmu.example",
    "beginner": "selain-yritys@solmu.example",
    "novice": "selain-opiskelija@solmu.example",
}


def session(email: str) -> str:
    """The key of a new session, as if the person gave their password a moment ago, for an hour."""
    user = User.objects.get(email=email)
    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["account_authentication_methods"] = [
        {"method": "password", "at": time.time() + HOUR, "email": email, "reauthenticated": True}
    ]
    store["account_authentication_methods_user"] = str(user.pk)
    store.create()
    return str(store.session_key)


def person(email: str, name: str = "") -> User:
    """The user of the address, made with a verified address if missing."""
    from config.demo.people import make_user

    return make_user(name=name or email.partition("@")[0].capitalize(), email=email)


def sessions() -> dict[str, str]:
    """Everybody whose pages are looked at, and a company and a student who are half-way in making their profiles."""
    now = timezone.now()
    for who, kind in (("beginner", Profile.Kind.COMPANY), ("novice", Profile.Kind.STUDENT)):
        user = person(PEOPLE[who])
        draft = profile_services.create_draft(kind=kind, by=user, now=now)
        words = {"does": "Sahaamme lautaa ja veistämme hirsiä.", "seeks": "Etsimme kuljetusta hakkeelle."}
        profile_services.save_step(profile=draft, section=Section.WORDS, data=words, by=user, now=now)
    return {"anonymous": "", **{who: session(email) for who, email in PEOPLE.items()}}


def comers(least: int) -> list[tuple[Profile, User]]:
    """Invented parties of the demo with those who come for them, the company and the student among them."""
    found: dict[int, tuple[Profile, User]] = {}
    first = [PEOPLE["company"], PEOPLE["student"]]
    rows = Representative.objects.filter(profile__is_demo=True, profile__status=Profile.Status.PUBLISHED)
    for row in sorted(
        rows.select_related("profile", "user").order_by("pk"), key=lambda row: row.user.email not in first
    ):
        if row.user_id not in {user.pk for _profile, user in found.values()}:
            found.setdefault(row.profile_id, (row.profile, row.user))
    return list(found.values())[:least]


def come(event: Event, people: int) -> list[Registration]:
    now = timezone.now()
    made = []
    for profile, user in comers(people):
        try:
            made.append(registrations.register(event=event, profile=profile, by=user, now=now))
        except DomainError:
            made.extend(Registration.objects.filter(event=event, profile=profile, user=user))
    return made


def ask_around(event: Event) -> int:
    """Everybody wants to meet everybody near in the list, and most of the wishes are accepted."""
    now = timezone.now()
    round = event.rounds.get()
    comes = list(Registration.objects.filter(event=event).select_related("profile", "user").order_by("pk"))
    agreed = 0
    for number, (one, other) in enumerate(combinations(comes, 2)):
        if other.pk - one.pk > 3:
            continue
        try:
            made = requests.make_request(
                round=round, asker=one, asked=other, by=one.user, now=now, message="Puhutaan hakkeesta."
            )
            if made.is_pending and number % 5 != 3:
                requests.accept_request(request=made, by=other.user, now=now)
                agreed += 1
        except DomainError:
            continue
    return agreed


def fair() -> Event:
    """A published event whose round has been solved and published; made the first time it is asked for."""
    known = Event.objects.filter(title_fi=FAIR).first()
    if known is not None:
        return known
    now = timezone.now()
    day = (timezone.localtime(now) + timedelta(days=12)).replace(hour=9, minute=0, second=0, microsecond=0)
    host = User.objects.get(email=PEOPLE["coordinator"])
    event = create_event(
        plan=EventPlan(
            titles={"fi": FAIR, "sv": "Webbläsarens partnerdag", "en": "The browser's partner day"},
            language="fi",
            starts_at=day,
            ends_at=day + timedelta(hours=6),
            description="Yritykset tapaavat kaksin, kaksikymmentä minuuttia kerrallaan.",
            place="Kaupungintalo, Rantakatu 20",
            themes=tuple(Theme.objects.filter(slug__in=["puurakentaminen", "bioenergia"])),
        ),
        organiser=None,
        by=host,
        now=now,
        operating_model=OperatingModel.objects.filter(slug="events-and-themed-sessions").first(),
    )
    publish_event(event=event, by=host, now=now)
    plan = RoundPlan(starts_at=day, ends_at=day + timedelta(hours=2), tables=4, slot_minutes=20, place="Juhlasali")
    made = rounds.create_round(event=event, plan=plan, by=host, now=now)
    come(event, 8)
    ask_around(event)
    run = solving.start_run(round=made, by=host, now=now, seconds=3)
    solving.run_solver(run_id=run.pk, clock=timezone.now)
    until = time.monotonic() + 30
    while SolverRun.objects.get(pk=run.pk).finished_at is None and time.monotonic() < until:
        time.sleep(0.3)
    made.refresh_from_db()
    solving.publish_schedule(round=made, by=host, now=timezone.now())
    event.refresh_from_db()
    return event


Pages = dict[str, list[str]]
"""Addresses without their language, by whom they are looked at."""

NOT_PAGES = {
    # Answers to a press or a file, not pages to look at.
    *("health", "ready", "media", "set_language", "manifest", "robots", "theme_find", "join_preview", "appearance"),
    *("answer_suggestion", "undo_answer", "unlearn", "model_revert", "model_shelf_remove", "notification_open"),
    *("notifications_read", "representative_shown", "invitation_withdraw", "profile_remove", "import"),
    *("meeting_file", "meeting_outcome", "calendar_feed", "renew_feed", "withdraw_proposal", "answer_request"),
    *("withdraw_request", "round_solve", "round_stop", "round_discard", "event_file", "event_register"),
    *("event_cancel_registration", "event_publish", "event_close", "event_reopen", "event_copy", "event_remove"),
    *("event_participants_file", "demo_attachment", "account_session_end", "round_publish", "account_start_again"),
    *("mfa_download_recovery_codes", "mfa_reauthenticate_webauthn", "mfa_login_webauthn"),
    # Shown in the midst of a way through several pages only; the journeys walk there.
    *("account_inactive", "account_reauthenticate", "account_email_verification_sent", "account_confirm_login_code"),
    *("account_reset_password_from_key", "account_reset_password_from_key_done", "account_set_password"),
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_deactivate_totp", "mfa_view_recovery_codes"),
    *("mfa_generate_recovery_codes", "mfa_list_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn"),
    *("strangers_choice", "conversation_accept", "conversation_decline"),
    *("decide", "handle_report", "theme_proposal", "counter_proposal", "decline_proposal", "round_run"),
    *("round_ask", "usersessions_list", "notification_leave", "model_shelves"),
}
"""Names of addresses that are no pages of their own."""


def _names(resolver: Any) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            if pattern.app_name != "admin":
                yield from _names(pattern)
        elif pattern.name:
            yield pattern.name


def _own(who: str) -> Profile | None:
    row = Representative.objects.filter(user__email=PEOPLE[who]).select_related("profile").order_by("pk").first()
    return row.profile if row else None


def _wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    event = fair()
    mine, student = _own("company"), _own("student")
    assert mine is not None
    assert student is not None
    unclaimed = Profile.objects.filter(status=Profile.Status.PUBLISHED, claimed_at=None).order_by("pk")[0]
    other = Profile.objects.filter(kind="company").exclude(pk=mine.pk).exclude(claimed_at=None).order_by("pk")[0]
    model, second = OperatingModel.objects.order_by("pk")[:2]
    theme = Theme.objects.get(slug="bioenergia")
    shelf = Profile.objects.filter(shelf_items__isnull=False).order_by("pk").first()
    event_slug, own = {"slug": event.slug}, {"slug": mine.slug}
    pages: list[tuple[str, str, dict[str, Any], str]] = [
        *[("anonymous", name, {}, "") for name in (
            "home", "about_data", "accessibility", "privacy", "feedback", "demo", "demo_mail", "look", "directory",
            "models", "models_fit", "themes", "events", "account_login", "account_signup", "account_reset_password",
            "account_reset_password_done", "account_request_login_code",
        )],
        ("anonymous", "models_compare", {}, f"first={model.slug}&second={second.slug}"),
        ("anonymous", "directory", {}, "q=puu"),
        ("anonymous", "directory", {}, "q=zzzz"),
        ("anonymous", "model", {"slug": model.slug}, ""),
        ("anonymous", "theme", {"slug": theme.slug}, ""),
        ("anonymous", "profile", own, ""),
        ("anonymous", "profile", {"slug": unclaimed.slug}, ""),
        ("anonymous", "event", event_slug, ""),
        ("anonymous", "profile", {"slug": "ei-ole"}, ""),
        *[("company", name, {}, "") for name in (
            "home", "suggestions", "answers", "lessons", "preferences", "connections", "own_profiles", "notifications",
            "notification_settings",
            "account_settings", "account_data", "account_delete", "account_email", "account_change_password",
            "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout", "my_meetings", "theme_propose",
        )],
        *[("company", name, own, "") for name in (
            "profile", "profile_edit", "profile_edit_logo", "representatives", "representative_leave", "succession",
            "trail", "blocks",
        )],
        *[("company", "profile_edit_section", {**own, "section": section}, "") for section in (
            "organisation", "words", "themes", "contact",
        )],
        ("company", "claim", {"slug": unclaimed.slug}, ""),
        ("company", "takeover", {"slug": other.slug}, ""),
        ("company", "report", {"slug": other.slug}, ""),
        ("company", "block", {"slug": other.slug}, ""),
        *[("company", name, event_slug, "") for name in (
            "event", "my_day", "round_people", "round_availability",
        )],
        ("student", "home", {}, ""),
        ("student", "suggestions", {}, ""),
        ("student", "profile", {"slug": student.slug}, ""),
        ("student", "profile_edit", {"slug": student.slug}, ""),
        ("student", "profile_edit_section", {"slug": student.slug, "section": "contact"}, ""),
        ("student", "my_day", event_slug, ""),
        ("beginner", "join", {}, ""),
        ("beginner", "join", {}, "change=1"),
        ("beginner", "join_discard", {}, ""),
        ("beginner", "join_check", {}, ""),
        *[("beginner", "join_step", {"step": step}, "") for step in (
            "business-id", "organisation", "words", "themes", "contact",
        )],
        *[("novice", "join_step", {"step": step}, "") for step in ("person", "contact")],
        *[("coordinator", name, {}, "") for name in (
            "home", "desk", "unclaimed", "profile_import", "feedback_list", "theme_proposals", "event_new",
        )],
        ("coordinator", "event_new", {}, "model=events-and-themed-sessions"),
        ("coordinator", "send_link", {"slug": unclaimed.slug}, ""),
        *[("coordinator", name, event_slug, "") for name in (
            "event", "event_edit", "event_cancel", "event_participants", "round", "round_settings", "round_wishes",
        )],
        ("coordinator", "theme_merge", {"slug": theme.slug}, ""),
        ("editor", "model", {"slug": model.slug}, ""),
        ("editor", "model_edit", {"slug": model.slug}, ""),
        ("editor", "model_edit_part", {"slug": model.slug, "part": "fi"}, ""),
        ("editor", "model_history", {"slug": model.slug}, ""),
    ]  # fmt: skip
    if shelf is not None:
        pages.append(("coordinator", "model_shelf", {"profile": shelf.slug}, ""))
        pages.append(("coordinator", "model_shelf_item", {"profile": shelf.slug, "slug": model.slug}, ""))
    pages += [
        ("company", "messages", {}, ""),
        ("company", "write_to", {"slug": other.slug}, ""),
        ("company", "write_to", {"slug": "ei-ole"}, ""),
        ("student", "messages", {}, ""),
        ("beginner", "messages", {}, ""),
    ]
    for side in [*letters.requests_to(mine), *letters.conversations_of(mine)]:
        pages.append(("company", "conversation", {"pk": side.conversation_id}, ""))
        if side.conversation.last is not None and side.conversation.last.profile_id == side.other_id:
            received = {"pk": side.conversation_id, "message": side.conversation.last_id}
            pages.append(("company", "message_report", received, ""))
    meeting = Meeting.objects.filter(parties__profile=mine, slot__isnull=True).order_by("pk").first()
    if meeting is not None:
        pages += [("company", name, {"pk": meeting.pk}, "") for name in ("meeting", "cancel_meeting", "propose_move")]
    slotted = Meeting.objects.agreed().filter(slot__round__event=event).order_by("pk").first()
    if slotted is not None:
        pages += [
            ("coordinator", name, {**event_slug, "pk": slotted.pk}, "") for name in ("round_meeting", "round_cancel")
        ]
    tie = Connection.objects.of(mine).order_by("pk").first()
    if tie is not None:
        pages.append(("company", "propose_meeting", {"slug": tie.other_of(mine).slug}, f"for={mine.slug}"))
    proposal = MeetingProposal.objects.filter(Q(proposer=mine) | Q(other=mine)).order_by("pk").first()
    if proposal is not None:
        pages.append(("company", "proposal", {"pk": proposal.pk}, ""))
    return pages + _links(mine, unclaimed)


def _links(mine: Profile, unclaimed: Profile) -> list[tuple[str, str, dict[str, Any], str]]:
    """Pages behind a link in a mail."""
    now = timezone.now()
    made: list[tuple[str, str, dict[str, Any], str]] = []
    owner = User.objects.get(email=PEOPLE["company"])
    try:
        invited = representing.invite(profile=mine, email="kollega@selain.example", role="editor", by=owner, now=now)
    except DomainError:
        invited = mine.invitations.order_by("-pk")[0]
    made.append(("company", "representative", {"slug": mine.slug, "pk": mine.representatives.all()[0].pk}, ""))
    made.append(("anonymous", "invitation", {"token": tokens.make(tokens.INVITATION, invited.pk)}, ""))
    link = claims.send_claim_link(
        profile=unclaimed,
        email="johto@selain.example",
        language="fi",
        by=User.objects.get(email=PEOPLE["coordinator"]),
        now=now,
    )
    made.append(("anonymous", "claim_link", {"token": tokens.make(tokens.CLAIM, link.pk)}, ""))
    return made


def pages() -> dict[str, Any]:
    """Every page by person, and the names of addresses that nothing here covers."""
    found: Pages = {}
    seen: set[str] = set()
    problems: list[str] = []
    with translation.override("fi"):
        for who, name, parts, query in _wanted():
            try:
                address = reverse(name, kwargs=parts).removeprefix("/fi")
            except NoReverseMatch as problem:
                problems.append(str(problem))
                continue
            seen.add(name)
            found.setdefault(who, []).append(f"{address}?{query}" if query else address)
    left = sorted(set(_names(get_resolver())) - seen - NOT_PAGES)
    return {"pages": found, "left": left, "problems": problems, "event": fair().slug, "names": _people_names()}


def _people_names() -> list[str]:
    return sorted(User.objects.exclude(name="").values_list("name", flat=True))


def address(name: str, **parts: Any) -> str:
    with translation.override("en"):
        return reverse(name, kwargs=parts)


def profile_facts(slug: str) -> dict[str, Any]:
    one = Profile.objects.get(slug=slug)
    return {"status": one.status, "claimed": one.claimed_at is not None, "visibility": one.visibility}


def company(email: str, name: str) -> str:
    """A published company of the person's, made at once; returns its slug."""
    user, now = User.objects.get(email=email), timezone.now()
    draft = profile_services.create_draft(kind=Profile.Kind.COMPANY, by=user, now=now)
    parts: list[tuple[Section, dict[str, Any]]] = [
        (Section.ORGANISATION, {"name_fi": name, "municipality": "167"}),
        (Section.WORDS, {"offers": "Tarjoamme hakkeen kuljetusta ja varastointia."}),
    ]
    for section, data in parts:
        profile_services.save_step(profile=draft, section=section, data=data, by=user, now=now)
    return profile_services.publish_profile(profile=draft, by=user, now=now).slug


def showpiece() -> str:
    """The event of the demo with the most people in its round, for the pictures."""
    asked = Event.objects.filter(state=Event.State.PUBLISHED, rounds__published_at__isnull=False)
    found = asked.exclude(title_fi=FAIR).annotate(n=Count("registrations")).order_by("-n", "pk").first()
    return found.slug if found else fair().slug


COMMANDS: dict[str, Callable[..., Any]] = {
    "sessions": sessions,
    "session": session,
    "pages": pages,
    "address": address,
    "profile": profile_facts,
    "showpiece": showpiece,
    "profile_of": lambda email: Representative.objects.get(user__email=email).profile.slug,
    "company": company,
    "come": lambda slug, people: len(come(Event.objects.get(slug=slug), people)),
    "ask_around": lambda slug: ask_around(Event.objects.get(slug=slug)),
    "person": lambda email, name="": person(email, name).pk,
}

if __name__ == "__main__":
    sys.stdout.write(json.dumps(COMMANDS[sys.argv[1]](**json.loads(sys.argv[2]))) + "\n")
