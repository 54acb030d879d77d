"""Every address of the product, and by whom and in what state each is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import NoReverseMatch, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from accounts import tokens
from accounts.models import Profile, Representative, User
from accounts.services import claims
from accounts.services import representatives as representing
from catalogue.models import OperatingModel
from conversations.queries import messages as letters
from core.errors import DomainError
from events.models import AdviceDesk, Event, Meeting, MeetingProposal, Room, Session, Speaker
from events.services import repairs
from matching import introducing
from matching.models import Connection
from tests.e2e import (
    advising,
    afterwards,
    asking,
    booking,
    coursing,
    market,
    midway,
    mixed,
    networking,
    purchasing,
    schooling,
    studying,
    summering,
    talking,
    waiting,
)
from tests.e2e.made import PEOPLE, fair
from themes.models import Theme

Pages = dict[str, list[str]]
"""Addresses without their language, by whom they are looked at."""

NOT_PAGES = {
    # Answers to a press or a file, not pages to look at.
    *("health", "ready", "media", "set_language", "manifest", "robots", "theme_find", "join_preview", "appearance"),
    *("answer_suggestion", "undo_answer", "unlearn", "answer_introduction", "model_revert", "model_shelf_remove"),
    *("notifications_read", "notification_open", "representative_shown", "invitation_withdraw", "demo_attachment"),
    *("meeting_file", "meeting_outcome", "calendar_feed", "renew_feed", "withdraw_proposal", "answer_request"),
    *("withdraw_request", "round_solve", "round_stop", "round_discard", "round_publish", "event_file"),
    *("round_repair_accept", "round_repair_undo", "round_word", "revoke_feed", "come_after_all"),
    *("day_worker", "my_day_late", "swap_answer", "board_say", "board_unsay", "board_undo"),
    *("event_publish", "event_close", "event_reopen", "account_session_end", "account_start_again"),
    *("event_archive", "event_cover", "event_forget_template", "event_series_publish", "linked_event", "linked_events"),
    *(
        "round_remove",
        "round_file",
        "round_book",
        "round_pair",
        "round_let_meet",
        "round_limit",
        "round_lift_limit",
        "round_walk",
    ),
    *asking.NOT_PAGES,
    *afterwards.NOT_PAGES,
    *booking.NOT_PAGES,
    *advising.NOT_PAGES,
    *networking.NOT_PAGES,
    *market.NOT_PAGES,
    *purchasing.NOT_PAGES,
    *studying.NOT_PAGES,
    *coursing.NOT_PAGES,
    *schooling.NOT_PAGES,
    *summering.NOT_PAGES,
    *("strangers_choice", "conversation_accept", "conversation_decline", "need_remove", "tuning_restore"),
    *("conversation_care", "messages_group_act", "network_group_talk"),
    *("mfa_download_recovery_codes", "mfa_login_webauthn"),
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
            "models", "models_fit", "themes", "events", "networks", "account_login", "account_signup",
            "account_reset_password",
            "account_reset_password_done", "account_request_login_code", "account_inactive",
            "account_reset_password_from_key_done",
        )],
        ("anonymous", "models_compare", {}, f"first={model.slug}&second={second.slug}"),
        ("anonymous", "directory", {}, "q=puu"),
        ("anonymous", "directory", {}, "q=zzzz"),
        ("anonymous", "model", {"slug": model.slug}, ""),
        ("anonymous", "theme", {"slug": theme.slug}, ""),
        ("anonymous", "profile", own, ""),
        ("anonymous", "profile", {"slug": unclaimed.slug}, ""),
        ("anonymous", "event", event_slug, ""),
        ("anonymous", "programme", event_slug, ""),
        ("anonymous", "event_embed", event_slug, "programme=1"),
        *[("company", name, {}, "") for name in (
            "home", "suggestions", "answers", "lessons", "preferences", "connections", "own_profiles", "notifications",
            "notification_settings", "introductions", "need",
            "account_settings", "account_data", "account_delete", "account_email", "account_change_password",
            "mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_logout", "my_meetings", "theme_propose",
            "usersessions_list", "calendar_addresses",
        )],
        *[("company", name, own, "") for name in (
            "profile", "profile_edit", "profile_edit_logo", "representatives", "representative_leave", "succession",
            "trail", "blocks", "profile_remove",
        )],
        *[("company", "profile_edit_section", {**own, "section": section}, "") for section in (
            "organisation", "words", "themes", "contact",
        )],
        ("company", "claim", {"slug": unclaimed.slug}, ""),
        ("company", "takeover", {"slug": other.slug}, ""),
        ("company", "report", {"slug": other.slug}, ""),
        ("company", "block", {"slug": other.slug}, ""),
        *[("company", name, event_slug, "") for name in (
            "event", "event_comers", "my_day", "round_people", "round_availability",
        )],
        ("student", "home", {}, ""),
        ("student", "suggestions", {}, ""),
        ("student", "profile", {"slug": student.slug}, ""),
        ("student", "profile_edit", {"slug": student.slug}, ""),
        ("student", "profile_edit_section", {"slug": student.slug, "section": "contact"}, ""),
        ("student", "my_day", event_slug, ""),
        ("student", "model_shelves", {}, ""),
        ("keyless", "account_set_password", {}, ""),
        *[("guarded", name, {}, "") for name in (
            "account_settings", "account_reauthenticate", "mfa_index", "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes", "mfa_list_webauthn",
        )],
        ("beginner", "need", {}, ""),
        ("beginner", "join", {}, ""),
        ("beginner", "join", {}, "change=1"),
        ("beginner", "join_discard", {}, ""),
        ("beginner", "join_check", {}, ""),
        *[("beginner", "join_step", {"step": step}, "") for step in (
            "business-id", "organisation", "words", "themes", "contact",
        )],
        *[("novice", "join_step", {"step": step}, "") for step in ("person", "contact")],
        *[("coordinator", name, {}, "") for name in (
            "home", "desk", "ground", "lonely", "matching_health", "introduce_pairs", "tuning", "experiment",
            "rebuild", "unclaimed", "profile_import", "feedback_list", "modules", "theme_proposals", "event_new",
        )],
        ("coordinator", "event_new", {}, "model=events-and-themed-sessions"),
        ("coordinator", "event_new", {}, "template=training"),
        ("coordinator", "event_templates", {}, ""),
        ("coordinator", "send_link", {"slug": unclaimed.slug}, ""),
        ("coordinator", "standing", own, ""),
        ("coordinator", "unclaim", own, ""),
        *[("coordinator", name, event_slug, "") for name in (
            "event", "event_edit", "event_cancel", "event_participants", "round", "round_settings", "round_wishes",
            "round_run", "round_repair", "round_times", "board", "event_aftermath", "event_copy", "event_series",
            "event_keep_template", "programme_edit", "session_new", "room_new", "speaker_new",
        )],
        *[("coordinator", "round_repair_kind", {**event_slug, "kind": kind.value}, "") for kind in repairs.Kind],
        *[("coordinator", f"{kind}_{page}", {**event_slug, "pk": things.order_by("pk")[0].pk}, "")
            for kind, things in (("session", event.sessions), ("room", event.rooms), ("speaker", event.speakers))
            for page in ("edit", "remove")],
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
        *[("company", "messages", {}, f"show={which}") for which in ("unanswered", "mine")],
        ("company", "messages_away", {}, ""),
        ("company", "messages_group_new", {}, ""),
        *talking.wanted(mine),
        ("company", "write_to", {"slug": other.slug}, ""),
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
        pages += [
            ("company", name, {"pk": meeting.pk}, "")
            for name in ("meeting", "cancel_meeting", "propose_move", "hand_over_meeting")
        ]
    own_slot = Meeting.objects.agreed().filter(slot__round__event=event, parties__profile=mine).order_by("pk").first()
    if own_slot is not None:
        pages.append(("company", "meeting_swap", {"pk": own_slot.pk}, ""))
    slotted = Meeting.objects.agreed().filter(slot__round__event=event).order_by("pk").first()
    if slotted is not None:
        pages += [
            ("coordinator", name, {**event_slug, "pk": slotted.pk}, "") for name in ("round_meeting", "round_cancel")
        ]
        seat = slotted.parties.order_by("pk")[0]
        pages += [
            ("coordinator", "board", event_slug, f"moving={slotted.pk}"),
            ("coordinator", "board_move", {**event_slug, "pk": slotted.pk}, f"slot={slotted.slot_id}&table=4"),
            ("coordinator", "board_meet", {**event_slug, "pk": seat.registration_id}, ""),
            ("coordinator", "board_entrant", {**event_slug, "pk": seat.registration_id}, ""),
        ]
    host = User.objects.get(email=PEOPLE["coordinator"])
    for one in introducing.pairs(user=host, now=timezone.now(), limit=1):
        pages.append(("coordinator", "introduce", {"one": one.one.slug, "other": one.other.slug}, ""))
    tie = Connection.objects.of(mine).order_by("pk").first()
    if tie is not None:
        pages.append(("company", "propose_meeting", {"slug": tie.other_of(mine).slug}, f"for={mine.slug}"))
    proposal = MeetingProposal.objects.filter(Q(proposer=mine) | Q(other=mine)).order_by("pk").first()
    if proposal is not None:
        pages.append(("company", "proposal", {"pk": proposal.pk}, ""))
    return (
        pages
        + _links(mine, unclaimed)
        + waiting.wanted(event=event, mine=mine, other=other)
        + asking.wanted()
        + afterwards.wanted()
        + booking.wanted(mine)
        + mixed.wanted()
        + advising.wanted()
        + networking.wanted()
        + market.wanted()
        + purchasing.wanted()
        + studying.wanted()
        + coursing.wanted()
        + schooling.wanted()
        + summering.wanted()
    )


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


def _odd() -> list[tuple[str, str, dict[str, Any], int]]:
    """Pages that say that something is not there or not for you: (who, name of the address, its parts, status)."""
    return [
        ("anonymous", "profile", {"slug": "ei-ole"}, 404),
        ("anonymous", "claim_link", {"token": "ei-ole"}, 410),
        ("anonymous", "invitation", {"token": "ei-ole"}, 410),
        ("anonymous", "notification_leave", {"token": "ei-ole"}, 400),
        ("anonymous", "colleague_invitation", {"token": "ei-ole"}, 410),
        ("anonymous", "helper_door", {"token": "ei-ole"}, 410),
        ("anonymous", "answer_from_mail", {"token": "ei-ole"}, 410),
        ("company", "desk_join", {"token": "ei-ole"}, 410),
        ("company", "unclaimed", {}, 403),
        ("anonymous", "network", {"slug": "ei-ole"}, 404),
        ("company", "write_to", {"slug": "ei-ole"}, 404),
    ]


def pages() -> dict[str, Any]:
    """Every page by person, those that answer with another status than 200, and the names that nothing here covers."""
    found: Pages = {}
    odd: dict[str, dict[str, int]] = {}
    seen: set[str] = set(midway.NAMES)
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
        for who, name, parts, status in _odd():
            address = reverse(name, kwargs=parts).removeprefix("/fi")
            odd.setdefault(who, {})[address] = status
            found[who].append(address)
    known = set(_names(get_resolver()))
    left = sorted(known - seen - NOT_PAGES)
    problems += sorted(f"{name} is a page as well" for name in NOT_PAGES & seen)
    return {
        "pages": found,
        "odd": odd,
        "left": left,
        "problems": problems,
        "event": fair().slug,
        "names": _people_names(),
    }


def _people_names() -> list[str]:
    """Those of people, of rooms and desks and of what is on in them, of events that have a Finnish name alone, and of
    what a network says in its own language: nobody translates them."""
    found = set(User.objects.exclude(name="").values_list("name", flat=True))
    found |= {*Speaker.objects.values_list("name", flat=True), *Room.objects.values_list("name", flat=True)}
    found |= set(AdviceDesk.objects.values_list("name", flat=True))
    found |= networking.names() | studying.names() | mixed.names() | {talking.NAME}
    found |= networking.names() | mixed.names() | coursing.names() | schooling.names() | summering.names()
    found |= purchasing.names() | market.names() | {talking.NAME}
    found |= set(Event.objects.filter(title_sv="", title_en="").values_list("title_fi", flat=True))
    return sorted(found | set(Session.objects.values_list("title_fi", flat=True)))
