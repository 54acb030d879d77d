"""Addresses of theme networks: the demo's, and beside them a draft, a hidden one, an appeal, a renewal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from accounts import tokens
from accounts.models import Profile, User
from networks.models import (
    Application,
    Criterion,
    Decision,
    Goal,
    Group,
    KeptApart,
    Letter,
    Membership,
    Network,
    NetworkMeeting,
    Post,
    Task,
)
from networks.queries import letters as queries
from networks.services import applications, board_keeping, memberships, networks, reports
from networks.services.letters import TOKEN
from networks.services.networks import NetworkPlan
from tests.e2e.made import PEOPLE
from themes.models import Theme

NOT_PAGES = {
    *("network_start", "network_guide", "network_invite", "network_own_act", "network_seats", "network_invoice"),
    *("network_appeal", "network_group_end", "network_group_leave"),
    *("network_letter_returned", "network_members_file", "network_calendar", "network_let_meet"),
    *("network_minutes_draft", "network_minutes_drop", "network_public"),
    *("network_post_pin", "network_post_keep", "network_post_file"),
    *("network_year_file", "network_met_file", "network_report_publish", "network_report_take_back"),
    *("network_seating_mend", "network_minutes_approve", "network_task_done"),
    *("network_meeting_remind", "network_group_renew"),
}
DRAFT, HIDDEN = "Selaimen luonnosverkosto", "Selaimen piilotettu verkosto"


def wanted() -> list[tuple[str, str, dict[str, Any], str]]:
    """(who, name of the address, its parts, what comes after "?")."""
    host = User.objects.get(email=PEOPLE["coordinator"])
    mine = Profile.objects.filter(representatives__user__email=PEOPLE["company"]).order_by("pk")[0]
    wood = Network.objects.get(name_fi="Puurakentamisen verkosto")
    asked = Network.objects.get(admission=Network.Admission.CRITERIA)
    draft, hidden = _network(DRAFT, host, running=False), _network(HIDDEN, host, running=True)
    waiting = Application.objects.get(membership__network=asked, state=Application.State.WAITING)
    own = Membership.objects.get(network=wood, profile=mine)
    invited, declined = _invited(hidden, mine, host), _declined(asked, host)
    letter = Letter.objects.filter(membership__network=wood).exclude(sent_to="").order_by("pk")[0]
    group = wood.groups.order_by("pk")[0]
    at = {"slug": wood.slug}
    _promised(own)
    Group.objects.filter(pk=group.pk).update(term_ends=timezone.localdate() + timedelta(days=20))
    held = wood.meetings.filter(seats__isnull=False).order_by("event__starts_at")[0]
    coming = wood.meetings.filter(seats__isnull=True).order_by("event__starts_at")[0]
    meetings = ("network_meeting", "network_seating")
    return [
        ("anonymous", "networks", {}, "theme=puurakentaminen"),
        ("anonymous", "network", at, ""),
        ("anonymous", "network", {"slug": asked.slug}, ""),
        ("anonymous", "network_members", at, ""),
        ("anonymous", "network_group", {**at, "pk": group.pk}, ""),
        ("company", "networks", {}, ""),
        ("company", "network", at, ""),
        ("company", "network", {"slug": hidden.slug}, ""),
        ("company", "network_own", {**at, "pk": own.pk}, ""),
        ("company", "network_own", {"slug": hidden.slug, "pk": invited.pk}, ""),
        ("company", "network_join", {"slug": asked.slug}, ""),
        ("company", "network_group", {**at, "pk": group.pk}, ""),
        ("coordinator", "network_new", {}, ""),
        ("coordinator", "network_new", {}, "model=networking-support"),
        ("coordinator", "network", {"slug": draft.slug}, ""),
        *[("coordinator", name, at, "") for name in (
            "network", "network_edit", "network_end", "network_goals", "network_coordinators", "network_members",
            "network_group_new",
        )],
        ("coordinator", "network_proposed", at, ""),
        ("coordinator", "network_letters", at, ""),
        ("coordinator", "network_letters_remind", {"slug": _silent(wood).slug}, ""),
        ("anonymous", "network_embed", at, ""),
        ("coordinator", "network_apart", {"slug": _kept_apart(wood, host).slug}, ""),
        *[(who, "network_wheel", at, after) for who in ("company", "coordinator") for after in ("", "year=2031")],
        ("coordinator", "network_introduce", at, ""),
        ("coordinator", "network_gauge", at, ""),
        ("coordinator", "network_gauge", at, "theme=rakentaminen"),
        ("coordinator", "theme_gauge", {}, ""),
        ("coordinator", "network_letter_write", at, f"profile={letter.membership.profile.slug}&profile={mine.slug}"),
        ("anonymous", "network_letter", {"token": tokens.make(TOKEN, letter.pk)}, ""),
        ("coordinator", "network_members", at, "q=zzzz"),
        ("coordinator", "network_members", at, "find=puu"),
        ("coordinator", "network_criteria", {"slug": asked.slug}, ""),
        ("coordinator", "network_members", {"slug": asked.slug}, ""),
        ("coordinator", "network_member", {**at, "pk": own.pk}, ""),
        ("coordinator", "network_decide", {"slug": asked.slug, "pk": waiting.pk}, ""),
        ("coordinator", "network_decide", {"slug": asked.slug, "pk": declined.pk}, ""),
        *[(who, name, at, "") for who in ("company", "coordinator") for name in (
            "network_meetings", "network_who_has_met", "network_tasks",
        )],
        ("coordinator", "network_series_new", at, ""),
        *[(who, name, {**at, "pk": held.pk}, "") for who in ("company", "coordinator") for name in meetings],
        *[("coordinator", name, {**at, "pk": coming.pk}, "") for name in (
            *meetings, "network_meeting_edit", "network_minutes",
        )],
        ("coordinator", "network_minutes", {**at, "pk": _to_be_approved(wood).pk}, ""),
        *[("company", "network_market", at, after) for after in ("", "q=puu", "q=zzzz", "wish=seeks")],
        ("coordinator", "network_market", at, ""),
        *_boards(wood, mine),
        *_years(wood, asked, own),
        *[("coordinator", name, {**at, "pk": group.pk}, "") for name in (
            "network_group", "network_group_edit", "network_group_members",
        )],
    ]  # fmt: skip


def _years(network: Network, other: Network, own: Membership) -> list[tuple[str, str, dict[str, Any], str]]:
    """The network's view with a member gone silent, a published report; a draft of the other network."""
    now = timezone.now()
    year, host = timezone.localdate(now).year, network.coordinators.order_by("pk")[0].user
    words = {"fi": "Opittiin **paljon**.", "sv": "Vi lärde oss mycket.", "en": "We learnt a lot."}
    for one in (network, other):
        if not one.reports.filter(year=year).exists():
            by = one.coordinators.order_by("pk")[0].user
            reports.save_report(network=one, year=year, words=words, goals={}, by=by, now=now)
    if not network.reports.get(year=year).is_published:
        reports.publish_report(network=network, year=year, by=host, now=now)
    silent = network.memberships.filter(state="member", profile__claimed_at__isnull=False).exclude(pk=own.pk)
    quiet_one = _silenced(other, silent.order_by("-pk")[0].profile)
    at, there = {"slug": network.slug}, {"slug": other.slug}
    return [
        *[("coordinator", name, at, "") for name in (
            "network_year", "network_met", "network_newcomers", "network_silent",
        )],
        ("coordinator", "network_met", at, f"member={own.profile_id}"),
        ("coordinator", "network_counted", {**at, "stage": "asked"}, ""),
        ("coordinator", "network_year", there, ""),
        ("coordinator", "network_silent", there, ""),
        ("coordinator", "network_silent_write", there, f"member={quiet_one.pk}"),
        ("anonymous", "network_report", {**at, "year": year}, ""),
        ("coordinator", "network_report", {**at, "year": year}, ""),
        ("coordinator", "network_report", {**there, "year": year}, ""),
        ("coordinator", "network_report_edit", {**there, "year": year}, ""),
    ]  # fmt: skip


def _silenced(network: Network, profile: Profile) -> Membership:
    """A member for a year, of whom nothing has been seen."""
    long_ago = timezone.now() - timedelta(days=365)
    values = {"state": "member", "state_since": long_ago, "member_since": long_ago}
    made: Membership = Membership.objects.update_or_create(network=network, profile=profile, defaults=values)[0]
    return made


def _boards(network: Network, mine: Profile) -> list[tuple[str, str, dict[str, Any], str]]:
    """The network's board and a group's, a post with comments, one's own, one that is reported, one that is hidden."""
    host = network.coordinators.order_by("pk")[0].user
    posts = Post.objects.filter(network=network, group=None, under=None)
    own = posts.get(profile=mine)
    reported, hidden = posts.exclude(profile=mine).filter(pinned_at=None).order_by("at")[:2]
    if not reported.reports.exists():
        reader = User.objects.get(email=PEOPLE["company"])
        board_keeping.report(post=reported, why="Kuuluisiko tämä ryhmään?", by=reader, now=timezone.now())
    board_keeping.hide(post=hidden, why="Ilmoitus on jo vanhentunut.", by=host, now=timezone.now())
    at = {"slug": network.slug}
    group = network.groups.get(name="Sivuvirrat")
    return [
        *[(who, "network_board", at, after) for who in ("company", "coordinator") for after in ("", "q=kuivuri")],
        ("company", "network_board", at, "q=zzzz"),
        *[(who, "network_group_board", {**at, "pk": group.pk}, "") for who in ("company", "coordinator")],
        *[(who, "network_post", {**at, "pk": own.pk}, "") for who in ("company", "coordinator")],
        *[(who, "network_board_files", at, "") for who in ("company", "coordinator")],
        ("company", "network_board_files", at, "q=zzzz"),
        ("coordinator", "network_group_board_files", {**at, "pk": group.pk}, ""),
        ("company", "network_post_edit", {**at, "pk": own.pk}, ""),
        ("company", "network_post_remove", {**at, "pk": own.pk}, ""),
        ("company", "network_post_report", {**at, "pk": reported.pk}, ""),
        ("coordinator", "network_post_hide", {**at, "pk": reported.pk}, ""),
        ("coordinator", "network_post_hide", {**at, "pk": hidden.pk}, ""),
        ("coordinator", "network_board_reports", at, ""),
    ]


def _silent(network: Network) -> Network:
    """With somebody who has not answered in a week, so that there is a reminder to write."""
    waiting = queries.not_reminded(network).filter(membership__state=Membership.State.INVITED, returned_at=None)
    long_ago = timezone.now() - timedelta(days=9)
    Letter.objects.filter(pk__in=[one.pk for one in waiting]).update(made_at=long_ago, mailed_at=long_ago)
    return network


def _kept_apart(network: Network, host: User) -> Network:
    """Two who shall not share a table."""
    one, other = network.memberships.filter(state=Membership.State.MEMBER).order_by("pk")[:2]
    KeptApart.objects.get_or_create(
        one=one,
        other=other,
        defaults={"network": network, "reason": "Riita urakasta.", "made_at": timezone.now(), "made_by": host},
    )
    return network


def _promised(own: Membership) -> Task:
    """Something that the member promised in a meeting whose minutes have been approved, and is late with."""
    meeting = own.network.meetings.filter(group=None).order_by("event__starts_at")[0]
    if not meeting.is_approved:
        meeting.approved_at = timezone.now() - timedelta(days=9)
        meeting.save(update_fields=["approved_at"])
    late = timezone.localdate() - timedelta(days=1)
    return Task.objects.get_or_create(
        meeting=meeting, who=own, text="Pyydetään tarjous hakkeesta.", defaults={"due": late}
    )[0]


def _to_be_approved(network: Network) -> NetworkMeeting:
    """The last meeting of the series, with minutes that nobody has approved yet."""
    meeting = network.meetings.order_by("-event__starts_at")[0]
    meeting.minutes, meeting.minutes_version = "Puhuttiin hakkeesta ja kuivureista.", 1
    meeting.save(update_fields=["minutes", "minutes_version"])
    Decision.objects.get_or_create(meeting=meeting, text="Pyydetään yhteinen tarjous.")
    return meeting


def names() -> set[str]:
    """Of groups, members and criteria, and the years of goals."""
    words = {*Group.objects.values_list("name", flat=True), *Criterion.objects.values_list("sentence", flat=True)}
    words |= {one.profile.name for one in Membership.objects.select_related("profile")}
    return words | {str(year) for year in Goal.objects.values_list("year", flat=True)}


def _network(name: str, host: User, *, running: bool) -> Network:
    found = Network.objects.filter(name_fi=name).first()
    if found is not None:
        return found
    now = timezone.now()
    plan = NetworkPlan(
        names={"fi": name, "sv": f"{name} sv", "en": f"{name} en"},
        purposes={"fi": "Kokeillaan sivuja.", "sv": "Vi prövar sidorna.", "en": "The pages are tried."},
        visibility=Network.Visibility.HIDDEN if running else Network.Visibility.PUBLIC,
        themes=(Theme.objects.get(slug="puurakentaminen"),),
    )
    made = networks.found_network(plan=plan, organiser=None, by=host, now=now)
    return networks.start_network(network=made, by=host, now=now) if running else made


def _invited(network: Network, profile: Profile, host: User) -> Membership:
    found = Membership.objects.filter(network=network, profile=profile).first()
    return found or memberships.invite(network=network, profile=profile, by=host, now=timezone.now())


def _declined(network: Network, host: User) -> Application:
    """One whose decline has been appealed, and waits for an answer."""
    found = Application.objects.filter(membership__network=network, state=Application.State.DECLINED).first()
    if found is not None:
        return found
    now = timezone.now()
    free = Profile.objects.published().filter(kind="company", representatives__role="owner", visibility="public")
    profile = free.exclude(memberships__network=network).order_by("-pk")[0]
    owner = User.objects.filter(representations__profile=profile, representations__role="owner").order_by("pk")[0]
    criteria = list(network.criteria.filter(retired_at=None))
    made = applications.apply(
        network=network,
        profile=profile,
        by=owner,
        now=now - timedelta(days=2),
        text="Haluamme mukaan.",
        shown={one.pk: "Emme vielä." for one in criteria},
    )
    applications.decide(
        application=made,
        accept=False,
        by=host,
        now=now - timedelta(days=1),
        reason="Sitoumus puuttuu.",
        rulings={one.pk: applications.Ruling(False, "Ei näy.") for one in criteria},
    )
    applications.appeal(application=made, text="Sitoumus on nyt tehty.", by=owner, now=now)
    return made
