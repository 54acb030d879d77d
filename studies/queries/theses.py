"""Reading theses: one's own, what a page of one shows, what a profile and a theme show, what an export holds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.queries.directory import found_in
from core.text import clean_text
from language import query_needles
from opportunities.models import Opportunity
from studies.models import (
    AgreementVersion,
    Side,
    Signature,
    Thesis,
    ThesisFeedback,
    Topic,
    TopicApplication,
    TopicTheme,
)
from studies.rules import theses as rules
from themes.models import Theme

PARTIES = ("student", "company", "school", "supervisor", "topic")


def own_theses(user: Any) -> QuerySet[Thesis]:
    """Those of which the person is a party; the ones that go on first."""
    found = Thesis.objects.seen_by(user).select_related(*PARTIES)
    return found.order_by("ended_at", "-state_since", "-pk").distinct()


def unsupervised(user: Any) -> QuerySet[Thesis]:
    """Works of the schools that the person owns, which wait for a supervisor."""
    own = Profile.objects.filter(representatives__user=user, representatives__role="owner").values("pk")
    return Thesis.objects.ongoing().filter(school__in=own, supervisor=None).select_related("school", "company")


# --- One thesis ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SideRow:
    """One of the three: who it is, and whether it has signed the version that is open."""

    side: Side
    label: str
    name: str
    profile: Profile | None
    signature: Signature | None


def agreement_rows(thesis: Thesis, version: AgreementVersion | None) -> list[SideRow]:
    held = {}
    if version is not None:
        held = {one.side: one for one in version.signatures.all() if one.voided_at is None}
    people = {
        Side.STUDENT: (thesis.student.name if thesis.student else "", thesis.student),
        Side.COMPANY: (thesis.company.name if thesis.company else "", thesis.company),
        Side.SUPERVISOR: (str(thesis.supervisor) if thesis.supervisor else "", thesis.school),
    }
    return [SideRow(side, str(side.label), *people[side], held.get(side)) for side in Side]


def versions_of(thesis: Thesis) -> list[AgreementVersion]:
    """The newest first, each with its signatures; the documents themselves are not read."""
    known = thesis.agreements.defer("content").prefetch_related("signatures")
    return list(known.order_by("-number"))


@dataclass(frozen=True)
class Next:
    """What the person does next, in a sentence; `act` names what the page shows for it."""

    act: str
    text: str | Promise


def next_step(thesis: Thesis, side: Side, versions: list[AgreementVersion], today: date) -> Next | None:
    state = Thesis.State(thesis.state)
    to_sign = next((one for one in versions if one.state == AgreementVersion.State.OPEN), None)
    if thesis.is_ongoing and thesis.supervisor_id is None:
        return Next("", _("The school names a supervisor. Nothing can be signed before that."))
    if to_sign is not None and thesis.is_ongoing:
        signed = {one.side for one in to_sign.signatures.all() if one.voided_at is None}
        if side not in signed:
            return Next("agreement", _("Read the agreement, and sign it or change it."))
        return Next("agreement", _("You have signed. The agreement waits for the others."))
    if state == Thesis.State.UNDERWAY:
        if side != Side.STUDENT:
            return Next("", _("The student works. You are told of drafts and milestones."))
        due = next((one for one in thesis.milestones.all() if one.done_at is None), None)
        if due is None:
            return Next("files", _("Hand in the final work when it is ready."))
        if due.due_on < today:
            return Next("milestones", _("A milestone is late. Mark it reached, or agree on a new day."))
        return Next("files", _("Go on towards the next milestone, and hand in a draft early."))
    if state == Thesis.State.HANDED_IN:
        if side == Side.SUPERVISOR:
            return Next("assess", _("Read the final work, and accept it or ask for more."))
        return Next("feedback", _("The supervisor reads the final work. Tell meanwhile how it went."))
    if thesis.is_done and side not in {one.side for one in thesis.feedback.all()}:
        return Next("feedback", _("Tell how it went, so that the next one goes better."))
    if state == Thesis.State.FINISHED and side == Side.STUDENT and thesis.erased_at is None:
        return Next("publish", _("Publish the result, or keep it to yourselves."))
    return None


# --- Others' pages ---------------------------------------------------------------------------------------------------


def shown_results() -> QuerySet[Thesis]:
    """Published ones; names only as each side wishes (templates ask `shown_by_…`)."""
    return Thesis.objects.published().select_related("student", "company", "school").order_by("-published_at", "-pk")


def of_profile(profile: Profile) -> list[Thesis]:
    """Finished theses that the profile itself wishes to show."""
    mine = Q(student=profile, shown_by_student=True, is_minor=False) | Q(company=profile, shown_by_company=True)
    done = Thesis.objects.filter(mine, state__in=[*Thesis.DONE]).select_related("school")
    return list(done.order_by("-ended_at", "-pk")[:10])


def of_theme(theme: Theme) -> QuerySet[Thesis]:
    return shown_results().filter(topic__themes__in=[theme.pk]).distinct()


# --- Topics ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TopicFilters:
    text: str = ""
    theme: str = ""
    level: str = ""
    language: str = ""
    place: str = ""
    school: str = ""
    paid: bool = False

    @property
    def chosen(self) -> bool:
        return any((self.text, self.theme, self.level, self.language, self.place, self.school, self.paid))


def listed(user: Any, now: datetime) -> QuerySet[Topic]:
    seen = Topic.objects.seen_by(user, now).select_related("profile", "school")
    return seen.prefetch_related("theme_items__tag").order_by("-published_at", "-pk")


def filtered(topics: QuerySet[Topic], filters: TopicFilters) -> QuerySet[Topic]:
    """`theme` and `school` are slugs, `place` a municipality's code."""
    for entry in query_needles(filters.text) if filters.text else []:
        topics = topics.filter(found_in("search_terms", entry))
    if filters.theme:
        tags = Theme.objects.filter(Q(slug=filters.theme) | Q(parent__slug=filters.theme))
        topics = topics.filter(pk__in=Topic.objects.filter(theme_items__tag__in=tags).order_by().values("pk"))
    wanted = {
        "level": filters.level, "work_language": filters.language, "municipality": filters.place,
        "school__slug": filters.school,
    }  # fmt: skip
    topics = topics.filter(**{key: value for key, value in wanted.items() if value})
    return topics.filter(pay__gt=0) if filters.paid else topics


@dataclass(frozen=True)
class FilterChoices:
    """What there is to choose, of what the reader sees."""

    themes: list[tuple[str, str]]
    places: list[str]
    schools: list[tuple[str, str]]


def filter_choices(topics: QuerySet[Topic]) -> FilterChoices:
    """Three reads, however many topics."""
    seen = topics.order_by().values("pk")
    themes = Theme.objects.active().filter(topic_items__content_object__in=seen).distinct()
    schools = Profile.objects.filter(topics_asked__in=seen).distinct()
    codes = topics.order_by().exclude(municipality="").values_list("municipality", flat=True).distinct()
    return FilterChoices(
        themes=sorted(((one.slug, one.label) for one in themes), key=lambda pair: pair[1]),
        places=list(codes),
        schools=sorted(((one.slug, one.name) for one in schools), key=lambda pair: pair[1]),
    )


def clean_words(text: str) -> str:
    return clean_text(text)[:200]


def open_of_profile(profile: Profile, user: Any, now: datetime) -> list[Topic]:
    """A student's topics are never shown on a profile: in them the student is not named."""
    if profile.is_person:
        return []
    return list(listed(user, now).filter(profile=profile)[:10])


def open_of_theme(theme: Theme, user: Any, now: datetime) -> QuerySet[Topic]:
    return filtered(listed(user, now), TopicFilters(theme=theme.slug))


def topics_of(user: Any) -> QuerySet[Topic]:
    found = Topic.objects.of_user(user).select_related("profile", "school").distinct()
    return found.order_by("-created_at", "-pk")


def waiting_for(user: Any) -> QuerySet[Topic]:
    """Topics that the schools of the person should look at; the one that has waited longest first."""
    taught = Profile.objects.taught_by(user).values("pk")
    waiting = Topic.objects.filter(school__in=taught, state=Topic.State.WAITING)
    return waiting.select_related("profile", "school").order_by("state_since", "pk")


def schools_of(user: Any) -> list[Profile]:
    return list(Profile.objects.taught_by(user).order_by("pk"))


def applications_of(user: Any) -> QuerySet[TopicApplication]:
    own = Profile.objects.represented_by(user).values("pk")
    found = TopicApplication.objects.filter(profile__in=own)
    return found.select_related("topic__profile", "topic__school", "profile").order_by("-at", "-pk")


def export_of(user: Any) -> dict[str, Any]:
    """What is known of a person in topics and theses."""
    theses = own_theses(user)
    return {
        "topics": [
            {"title": one.title, "state": one.state, "at": one.created_at.isoformat(), "answers": one.answers}
            for one in topics_of(user)
        ],
        "applications": [
            {"topic": one.topic.title, "at": one.at.isoformat(), "text": one.text, "state": one.state}
            for one in applications_of(user)
        ],
        "theses": [
            {
                "title": one.title,
                "state": one.state,
                "under_18": one.is_minor,
                "summary": one.summary,
                "erased_on": str(one.erase_on or ""),
            }
            for one in theses
        ],
        "signatures": [
            {
                "thesis": one.version.thesis.title,
                "at": one.at.isoformat(),
                "sha256": one.sha256,
                "text": bytes(one.content).decode(),
            }
            for one in Signature.objects.filter(by=user).select_related("version__thesis")
        ],
        "feedback": [
            {"thesis": one.thesis.title, "went_well": one.went_well, "to_better": one.to_better}
            for one in ThesisFeedback.objects.filter(thesis__in=theses.order_by().values("pk")).select_related("thesis")
            if rules.side_of(user, one.thesis) == one.side
        ],
    }


# --- On the market, and told of by theme


def where_kept(opportunity: Opportunity) -> str:
    topic = Topic.objects.filter(opportunity=opportunity).first()
    return topic.get_absolute_url() if topic is not None else ""


def new_for(profile: Profile, user: Any, begins: datetime, ends: datetime, now: datetime) -> QuerySet[Topic]:
    """Open topics of the profile's themes that were told of in the time, as the reader sees them."""
    own = profile.theme_items.values("tag")
    parents = profile.theme_items.values("tag__parent")
    tagged = TopicTheme.objects.filter(Q(tag__in=own) | Q(tag__in=parents)).values("content_object")
    seen = Topic.objects.seen_by(user, now).filter(pk__in=tagged, told_at__gte=begins, told_at__lt=ends)
    people = Profile.PEOPLE
    found = seen.exclude(profile__kind__in=people) if profile.is_person else seen.filter(profile__kind__in=people)
    return found.select_related("profile", "school").order_by("-published_at", "-pk")
