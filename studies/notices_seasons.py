"""What is told of seasons. No student is named in a letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import Profile
from notifications.kinds import Category, Delivery, Kind, Notice
from studies.models import Season, SeasonPlace
from studies.rules import seasons as rules


def _season(context: dict[str, Any]) -> Season:
    found = Season.objects.select_related("host").filter(pk=context["season"]).first()
    if found is None:
        raise LookupError(context["season"])
    return found


def _place(context: dict[str, Any]) -> SeasonPlace:
    found = SeasonPlace.objects.select_related("profile", "season").filter(pk=context["place"]).first()
    if found is None:
        raise LookupError(context["place"])
    return found


def _desk(season: Season) -> str:
    return reverse("season_desk", kwargs={"slug": season.slug})


def _mine(season: Season) -> str:
    return reverse("season_mine", kwargs={"slug": season.slug})


def _applicants(place: SeasonPlace) -> str:
    return reverse("season_applicants", kwargs={"slug": place.season.slug, "pk": place.pk})


def _told(place: SeasonPlace) -> dict[str, str]:
    return {"task": place.task, "who": place.profile.name}


def place_added(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("%(who)s has a place: %(task)s") % _told(place), text=place.season.name, url=_desk(place.season)
    )


def place_waits(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("A place waits for you to accept it: %(task)s, %(who)s") % _told(place),
        text=_("Students under 18 can apply in the season, so nobody else sees the place before you have accepted it."),
        url=place.get_absolute_url(),
    )


def place_changed(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("A place that you accepted was changed: %(task)s, %(who)s") % _told(place),
        text=_(
            "Somebody has applied for it already, so it stands as it is now. Look whether it still suits the young."
        ),
        url=place.get_absolute_url(),
    )


def place_unaccepted(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Your place was not accepted in time: %(task)s") % _told(place),
        text=_("Applications have closed, so students did not see it. Ask the season's host if you wonder why."),
        url=place.season.get_absolute_url(),
    )


def place_accepted(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Your place was accepted into the season: %(task)s") % _told(place),
        text=_("Students see it now."),
        url=place.get_absolute_url(),
    )


def removed(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Your place was taken out of the season: %(task)s") % _told(place),
        text=_("The season's host did it. Those who had applied have been told. Ask the host if you wonder why."),
        url=place.season.get_absolute_url(),
    )


def applied(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Somebody has applied: %(task)s") % _told(place),
        text=_("Read the application, and answer it when you can. Everyone gets an answer."),
        url=_applicants(place),
    )


def offer(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("You are offered a place: %(task)s, %(who)s") % _told(place),
        text=_("Take it or turn it down. When you take it, your other wishes are let go."),
        url=_mine(place.season),
    )


def declined(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Not this time: %(task)s, %(who)s") % _told(place),
        text=_("Somebody else was chosen. Thank you for applying: your other wishes go on as before."),
        url=_mine(place.season),
    )


def accepted(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("Your offer was taken: %(task)s") % _told(place),
        text=_("Get in touch, and agree on the first day."),
        url=_applicants(place),
    )


def free(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("A seat is free again: %(task)s") % _told(place),
        text=_("The student has another place or did not want this one. You can offer it to somebody else."),
        url=_applicants(place),
    )


def gone(context: dict[str, Any]) -> Notice:
    place = _place(context)
    return Notice(
        title=_("The place was withdrawn: %(task)s, %(who)s") % _told(place),
        text=_("It was not about you. Your other wishes wait for their answers."),
        url=_mine(place.season),
    )


def waiting(context: dict[str, Any]) -> Notice:
    place = _place(context)
    day = f"{place.season.answers_by.day}.{place.season.answers_by.month}."
    return Notice(
        title=_("Applications wait for your answer: %(task)s") % _told(place),
        text=_("Answer by %(day)s: after that those who still wait are told that they got no place.") % {"day": day},
        url=_applicants(place),
    )


def offer_waits(context: dict[str, Any]) -> Notice:
    place = _place(context)
    day = f"{place.season.answers_by.day}.{place.season.answers_by.month}."
    return Notice(
        title=_("Your offer waits: %(task)s, %(who)s") % _told(place),
        text=_("Take it or turn it down by %(day)s: after that it is not there any more.") % {"day": day},
        url=_mine(place.season),
    )


def passed(context: dict[str, Any]) -> Notice:
    season = _season(context)
    return Notice(
        title=_("This time there was no place for you: %(season)s") % {"season": season.name},
        text=_("There were more who applied than places. Thank you for applying, and try again next time."),
        url=_mine(season),
    )


def ended(context: dict[str, Any]) -> Notice:
    season = _season(context)
    return Notice(
        title=_("The season has ended: %(season)s") % {"season": season.name},
        text=_("Everyone who applied has an answer. What is about students is deleted after 90 days."),
        url=season.get_absolute_url(),
    )


def open_for_places(context: dict[str, Any]) -> Notice:
    """Only while places can be added."""
    season = _season(context)
    if season.phase(timezone.now()) not in (Season.Phase.BEFORE, Season.Phase.OPEN):
        raise LookupError(season.pk)
    day = date_format(season.closes_on, "SHORT_DATE_FORMAT")
    return Notice(
        title=_("Places are wanted again: %(season)s") % {"season": season.name},
        text=_("You had a place before. Add yours by %(day)s.") % {"day": day},
        url=season.get_absolute_url(),
    )


def _took_part(context: dict[str, Any], reader: Any) -> bool:
    """Who acts for an organisation that has had a place in a season of the host."""
    places = SeasonPlace.objects.filter(season__host=_season(context).host_id)
    return places.filter(profile__in=Profile.objects.represented_by(reader)).exists()


def _is_student(context: dict[str, Any], reader: Any) -> bool:
    return rules.own_application(reader, _season(context)) is not None


def _is_host(context: dict[str, Any], reader: Any) -> bool:
    return rules.may_run(reader, _season(context))


def _is_giver(context: dict[str, Any], reader: Any) -> bool:
    return rules.may_change_place(reader, _place(context))


def _kind(
    key: str,
    render: Callable[[dict[str, Any]], Notice],
    may_read: Callable[[dict[str, Any], Any], bool] | None = None,
    delivery: Delivery = Delivery.NOW,
) -> Kind:
    return Kind(f"studies.{key}", Category.STUDIES, render=render, delivery=delivery, may_read=may_read)


KINDS = (
    _kind("season_place", place_added, _is_host, Delivery.DAILY),
    _kind("season_place_waits", place_waits, _is_host),
    _kind("season_place_changed", place_changed, _is_host),
    _kind("season_place_unaccepted", place_unaccepted, _is_giver),
    _kind("season_place_accepted", place_accepted, _is_giver),
    _kind("season_removed", removed, _is_giver),
    _kind("season_applied", applied, _is_giver, Delivery.DAILY),
    _kind("season_offer", offer, _is_student),
    _kind("season_declined", declined, _is_student),
    _kind("season_accepted", accepted, _is_giver),
    _kind("season_free", free, _is_giver),
    _kind("season_gone", gone, _is_student),
    _kind("season_waiting", waiting, _is_giver),
    _kind("season_offer_waits", offer_waits, _is_student),
    _kind("season_passed", passed, _is_student),
    _kind("season_ended", ended),
    _kind("season_open", open_for_places, _took_part),
)
