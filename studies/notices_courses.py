"""What is told of course rounds. No student is named in a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Profile
from notifications.kinds import Category, Delivery, Kind, Notice
from studies.models import CourseRound, Deliverable, OfferedPlace
from studies.rules import courses as rules


def _round(context: dict[str, Any]) -> CourseRound:
    found = CourseRound.objects.select_related("school").filter(pk=context["round"]).first()
    if found is None:
        raise LookupError(context["round"])
    return found


def _place(context: dict[str, Any]) -> OfferedPlace:
    found = OfferedPlace.objects.select_related("profile").filter(pk=context["place"]).first()
    if found is None:
        raise LookupError(context["place"])
    return found


def _desk(round: CourseRound) -> str:
    return reverse("course_desk", kwargs={"pk": round.pk})


def wishes(context: dict[str, Any]) -> Notice:
    round = _round(context)
    text = _("Look at the places and put those that you want in order.")
    url = reverse("course_wishes", kwargs={"pk": round.pk})
    return Notice(title=_("Choose your places: %(round)s") % {"round": round.name}, text=text, url=url)


def place(context: dict[str, Any]) -> Notice:
    round = _round(context)
    told = {"who": _place(context).profile.name, "round": round.name}
    return Notice(title=_("%(who)s has signed up: %(round)s") % told, url=_desk(round))


def withdrawn(context: dict[str, Any]) -> Notice:
    round, n = _round(context), context["students"]
    told = {"who": _place(context).profile.name, "round": round.name}
    text = (
        ngettext("%(n)d student is without a place.", "%(n)d students are without a place.", n) % {"n": n} if n else ""
    )
    return Notice(title=_("%(who)s has withdrawn: %(round)s") % told, text=text, url=_desk(round))


def lost(context: dict[str, Any]) -> Notice:
    round = _round(context)
    return Notice(
        title=_("Your company has withdrawn: %(round)s") % {"round": round.name},
        text=_("Your teacher has been told, and finds you another place."),
        url=round.get_absolute_url(),
    )


def left(context: dict[str, Any]) -> Notice:
    round = _round(context)
    return Notice(
        title=_("A student has left, and a place is free: %(round)s") % {"round": round.name}, url=_desk(round)
    )


def made(context: dict[str, Any]) -> Notice:
    round = _round(context)
    text = _("Look at it, change what you want, and publish it.")
    return Notice(title=_("The places are ready: %(round)s") % {"round": round.name}, text=text, url=_desk(round))


def allocated(context: dict[str, Any]) -> Notice:
    round = _round(context)
    return Notice(
        title=_("You see now where you go: %(round)s") % {"round": round.name},
        text=_("The page also tells why, and what happens next."),
        url=round.get_absolute_url(),
    )


def students(context: dict[str, Any]) -> Notice:
    round = _round(context)
    return Notice(
        title=_("The places have been given: %(round)s") % {"round": round.name},
        text=_("The page tells how many students come to you."),
        url=round.get_absolute_url(),
    )


def due(context: dict[str, Any]) -> Notice:
    round = _round(context)
    found = Deliverable.objects.filter(pk=context["deliverable"]).first()
    if found is None:
        raise LookupError(context["deliverable"])
    told = {"what": found.title, "day": f"{found.due_on.day}.{found.due_on.month}."}
    return Notice(title=_("Due %(day)s: %(what)s") % told, text=round.name, url=round.get_absolute_url())


def feedback(context: dict[str, Any]) -> Notice:
    round = _round(context)
    return Notice(
        title=_("How did it go? %(round)s") % {"round": round.name},
        text=_("One press and a sentence. It makes the next round better."),
        url=reverse("course_feedback", kwargs={"pk": round.pk}),
    )


def yours(context: dict[str, Any]) -> Notice:
    round = _round(context)
    text = _("Its teacher has changed. You see all of it on the teacher's desk.")
    return Notice(title=_("The round is yours: %(round)s") % {"round": round.name}, text=text, url=_desk(round))


def open_for_companies(context: dict[str, Any]) -> Notice:
    """Only while it takes companies."""
    round = _round(context)
    if round.state != CourseRound.State.COMPANIES:
        raise LookupError(round.pk)
    day = date_format(round.companies_until, "SHORT_DATE_FORMAT")
    return Notice(
        title=_("A course takes companies: %(round)s") % {"round": round.name},
        text=_("%(school)s, where you have taken part before. Sign up by %(day)s.")
        % {"school": round.school.name, "day": day},
        url=round.get_absolute_url(),
    )


def _took_part(context: dict[str, Any], reader: Any) -> bool:
    """Who acts for a company that has stood in a round of the school."""
    places = OfferedPlace.objects.filter(round__school=_round(context).school_id)
    return places.filter(profile__in=Profile.objects.represented_by(reader)).exists()


def _is_student(context: dict[str, Any], reader: Any) -> bool:
    return rules.own_entrant(reader, _round(context)) is not None


def _is_teacher(context: dict[str, Any], reader: Any) -> bool:
    return rules.may_run(reader, _round(context))


def _kind(
    key: str, render: Callable[[dict[str, Any]], Notice], may_read: Callable[[dict[str, Any], Any], bool] | None = None
) -> Kind:
    return Kind(f"studies.{key}", Category.STUDIES, render=render, delivery=Delivery.NOW, may_read=may_read)


KINDS = (
    _kind("course_wishes", wishes, _is_student),
    _kind("course_place", place, _is_teacher),
    _kind("course_withdrawn", withdrawn, _is_teacher),
    _kind("course_lost", lost, _is_student),
    _kind("course_left", left, _is_teacher),
    _kind("course_made", made, _is_teacher),
    _kind("course_allocated", allocated, _is_student),
    _kind("course_students", students),
    _kind("course_due", due, _is_student),
    _kind("course_feedback", feedback),
    _kind("course_yours", yours, _is_teacher),
    _kind("course_open", open_for_companies, _took_part),
)
