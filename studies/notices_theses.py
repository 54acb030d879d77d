"""What is told of topics and theses: kinds of notices, said in the reader's language when they are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Profile
from notifications.kinds import Category, Delivery, Kind, Notice, Point
from notifications.rules import digest_bounds
from studies.models import Milestone, Thesis, Topic, TopicApplication
from studies.queries import theses as queries
from studies.rules import theses as rules
from studies.rules.schools import may_teach

POINTS = 6
Words = tuple[str | Promise, str | Promise]

OF_TOPIC: dict[str, Words] = {
    "topic_waiting": (
        gettext_lazy("A topic waits for the school: %(title)s"),
        gettext_lazy("See whether it fits for a thesis."),
    ),
    "topic_still_waiting": (
        gettext_lazy("A topic still waits for the school: %(title)s"),
        gettext_lazy("Whoever offers it has waited for a week."),
    ),
    "topic_open": (
        gettext_lazy("The topic is open: %(title)s"),
        gettext_lazy("It is shown from this minute until its last day."),
    ),
    "topic_answered": (gettext_lazy("The school has answered: %(title)s"), ""),
}

OF_THESIS: dict[str, Words] = {
    "chosen": (
        gettext_lazy("You were chosen: %(title)s"),
        gettext_lazy("Next the three make an agreement. Read the first version."),
    ),
    "to_supervise": (
        gettext_lazy("A thesis to supervise: %(title)s"),
        gettext_lazy("Somebody was chosen, and the agreement waits for the three."),
    ),
    "agreement_changed": (
        gettext_lazy("The agreement was changed: %(title)s"),
        gettext_lazy("What was signed of it is void. Read it and sign again."),
    ),
    "agreement_new": (
        gettext_lazy("A change to the agreement: %(title)s"),
        gettext_lazy("The earlier one holds until all three have signed this."),
    ),
    "agreement_dropped": (
        gettext_lazy("The change was let go: %(title)s"),
        gettext_lazy("The earlier agreement holds."),
    ),
    "signed": (
        gettext_lazy("The agreement was signed by another: %(title)s"),
        gettext_lazy("See who has not signed yet."),
    ),
    "in_force": (gettext_lazy("The agreement holds: %(title)s"), gettext_lazy("All three have signed it.")),
    "unsigned": (
        gettext_lazy("The agreement waits for you: %(title)s"),
        gettext_lazy("Read it, and sign it or change it."),
    ),
    "draft": (gettext_lazy("A new draft to read: %(title)s"), gettext_lazy("Tell the student what you think of it.")),
    "final": (
        gettext_lazy("The final work was handed in: %(title)s"),
        gettext_lazy("The supervisor accepts it or asks for more."),
    ),
    "sent_back": (
        gettext_lazy("The supervisor asks for more: %(title)s"),
        gettext_lazy("The reason is on the page of the work."),
    ),
    "finished": (
        gettext_lazy("Finished: %(title)s"),
        gettext_lazy("Tell how it went. The student decides what is published."),
    ),
    "feedback": (gettext_lazy("Feedback on the work: %(title)s"), gettext_lazy("Read it, and give yours.")),
    "published": (
        gettext_lazy("The result: %(title)s"),
        gettext_lazy("It was published, or it has a day on which it will be."),
    ),
    "reads_first": (
        gettext_lazy("Read it before it is published: %(title)s"),
        gettext_lazy("The agreement gives you days for that. The day of publishing is on the page of the work."),
    ),
    "broken_off": (
        gettext_lazy("Broken off: %(title)s"),
        gettext_lazy("The reason is on the page of the work. The signed agreement stays to be read."),
    ),
    "supervisor": (
        gettext_lazy("Another supervisor: %(title)s"),
        gettext_lazy("The agreement names the new one, so all three accept it again."),
    ),
    "no_supervisor": (
        gettext_lazy("The work has no supervisor now: %(title)s"),
        gettext_lazy("The school names another. The agreement still holds."),
    ),
}

OF_MILESTONE: dict[str, Words] = {
    "milestone_done": (gettext_lazy("Reached: %(milestone)s"), gettext_lazy("A milestone of the work %(title)s.")),
    "milestone_soon": (gettext_lazy("Soon: %(milestone)s"), gettext_lazy("A milestone of the work %(title)s.")),
    "milestone_late": (
        gettext_lazy("Late: %(milestone)s"),
        gettext_lazy("A milestone of the work %(title)s. Agree on a new day if you need one."),
    ),
}


def _topic(context: dict[str, Any]) -> Topic:
    found = Topic.objects.select_related("profile", "school").filter(pk=context["topic"]).first()
    if found is None:
        raise LookupError(context["topic"])
    return found


def _thesis(context: dict[str, Any]) -> Thesis:
    known = Thesis.objects.select_related("student", "company", "school")
    found = known.filter(pk=context["thesis"]).first()
    if found is None:
        raise LookupError(context["thesis"])
    return found


def _application(context: dict[str, Any]) -> TopicApplication:
    known = TopicApplication.objects.select_related("topic", "profile", "topic__profile")
    found = known.filter(pk=context["application"]).first()
    if found is None:
        raise LookupError(context["application"])
    return found


def of_topic(kind: str, context: dict[str, Any]) -> Notice:
    topic = _topic(context)
    title, text = OF_TOPIC[kind]
    return Notice(title=str(title) % {"title": topic.title}, text=str(text) or topic.said, url=topic.get_absolute_url())


def of_thesis(kind: str, context: dict[str, Any]) -> Notice:
    thesis = _thesis(context)
    title, text = OF_THESIS[kind]
    return Notice(title=str(title) % {"title": thesis.title}, text=str(text), url=thesis.get_absolute_url())


def of_milestone(kind: str, context: dict[str, Any]) -> Notice:
    thesis = _thesis(context)
    milestone = Milestone.objects.filter(pk=context["milestone"]).first()
    if milestone is None or (milestone.done_at is None) is (kind == "milestone_done"):
        raise LookupError(context["milestone"])
    told = {"title": thesis.title, "milestone": milestone.title}
    title, text = OF_MILESTONE[kind]
    return Notice(title=str(title) % told, text=str(text) % told, url=thesis.get_absolute_url())


def applied(context: dict[str, Any]) -> Notice:
    application = _application(context)
    if application.state != TopicApplication.State.SENT:
        raise LookupError(context["application"])
    told = {"name": application.profile.name, "title": application.topic.title}
    return Notice(
        title=_("%(name)s would like the topic %(title)s") % told,
        text=application.text[:300],
        url=f"{application.topic.get_absolute_url()}#applications",
    )


def passed(context: dict[str, Any]) -> Notice:
    application = _application(context)
    return Notice(
        title=_("This time it went another way: %(title)s") % {"title": application.topic.title},
        text=_("Thank you for your interest. Nobody sees your lines any more. There are other topics to look at."),
        url=reverse("topics"),
    )


def new_topics(context: dict[str, Any]) -> Notice:
    """Names none: what is still open is asked when the letter leaves."""
    profile = _profile(context)
    return Notice(
        title=_("New topics of theses for %(profile)s") % {"profile": profile.name},
        text=_("They share a theme with you."),
        url=reverse("topics"),
    )


def _profile(context: dict[str, Any]) -> Profile:
    found = Profile.objects.published().filter(pk=context["profile"]).first()
    if found is None:
        raise LookupError(context["profile"])
    return found


def new_points(context: dict[str, Any], reader: Any) -> list[Point]:
    begins, ends = digest_bounds(context["day"])
    found = queries.new_for(_profile(context), reader, begins, ends, timezone.now())
    return [Point(title=one.title, text=_said_of(one), url=one.get_absolute_url()) for one in found[:POINTS]]


def _said_of(topic: Topic) -> str:
    """Whose it is; a student is not named."""
    whose = _("Offered by a student") if topic.is_by_student else topic.profile.name
    day = _("Shown until %(day)s") % {"day": date_format(topic.last_day, "SHORT_DATE_FORMAT")}
    return f"{whose}. {topic.school.name}, {topic.get_level_display()}. {day}."


def _for_profile(context: dict[str, Any], reader: Any) -> bool:
    return Profile.objects.represented_by(reader).filter(pk=context["profile"]).exists()


def _is_party(context: dict[str, Any], reader: Any) -> bool:
    found = Thesis.objects.select_related("student", "company", "school").filter(pk=context["thesis"]).first()
    return found is not None and rules.side_of(reader, found) is not None


def _may_read_topic(context: dict[str, Any], reader: Any) -> bool:
    found = Topic.objects.select_related("profile", "school").filter(pk=context["topic"]).first()
    return found is not None and (rules.may_write_topic(reader, found) or may_teach(reader, found.school))


def _may_read_application(context: dict[str, Any], reader: Any) -> bool:
    found = TopicApplication.objects.select_related("topic__profile").filter(pk=context["application"]).first()
    return found is not None and rules.may_write_topic(reader, found.topic)


def _kind(key: str, render: Callable[[str, dict[str, Any]], Notice], may_read: Callable[..., bool], now: bool) -> Kind:
    delivery = Delivery.NOW if now else Delivery.DAILY
    return Kind(f"studies.{key}", Category.STUDIES, render=partial(render, key), delivery=delivery, may_read=may_read)


AT_ONCE = {
    "chosen",
    "agreement_changed",
    "agreement_new",
    "broken_off",
    "final",
    "sent_back",
    "no_supervisor",
    "reads_first",
}

KINDS = (
    *(_kind(key, of_topic, _may_read_topic, key == "topic_answered") for key in OF_TOPIC),
    *(_kind(key, of_thesis, _is_party, key in AT_ONCE) for key in OF_THESIS),
    *(_kind(key, of_milestone, _is_party, False) for key in OF_MILESTONE),
    Kind("studies.applied", Category.STUDIES, render=applied, delivery=Delivery.NOW, may_read=_may_read_application),
    Kind("studies.passed", Category.STUDIES, render=passed),
    Kind("studies.topics_new", Category.STUDIES, render=new_topics, points=new_points, may_read=_for_profile),
)
