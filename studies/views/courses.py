"""Pages that everybody sees, and those of companies."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import spoken
from core import modules
from core.errors import DomainError
from core.forms import add_domain_error, press
from studies.forms.courses import PlaceForm
from studies.models import CourseRound, Deliverable, Entrant, HandIn
from studies.queries import courses as queries
from studies.queries import talks as talk_queries
from studies.rules import courses as rules
from studies.services import courses_joining as joining
from studies.services.courses import newest_given
from studies.views import talks
from studies.views.starting import begun_for

GET_OR_POST = ["GET", "HEAD", "POST"]
A_PAGE = 20


def seen_round(request: HttpRequest, pk: int) -> CourseRound:
    """A round that the reader sees, or is in. What one may not see is not there."""
    found = CourseRound.objects.select_related("school", "teacher").filter(pk=pk).first()
    if found is None:
        raise Http404
    if rules.may_see_round(request.user, found) or rules.own_entrant(request.user, found):
        return found
    raise Http404


@require_safe
def course_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.listed(request.user), A_PAGE).get_page(request.GET.get("page"))
    teaches = request.user.is_authenticated and rules.schools_of(request.user).exists()
    return render(request, "studies/courses/list.html", {"page": page, "teaches": teaches})


@require_safe
def course(request: HttpRequest, pk: int) -> HttpResponse:
    """The round: what it is, when, which companies; and for those in it, what is theirs."""
    round = seen_round(request, pk)
    entrant, place = rules.own_entrant(request.user, round), rules.own_place(request.user, round)
    given = newest_given(round)
    names = queries.names_of(round) if entrant is not None and given is not None else {}
    placement = queries.own_placement(entrant, given) if entrant is not None else None
    may_offer = request.user.is_authenticated and rules.profiles_to_offer(request.user).exists()
    is_open = round.state in (CourseRound.State.COMPANIES, CourseRound.State.WISHES)
    context: dict[str, Any] = {
        "round": round,
        "places": [(one, spoken.names(one.languages)) for one in queries.places_of(round, request.user)],
        "entrant": entrant,
        "placement": placement,
        "why": queries.sentences(placement.reasons, names) if placement is not None else [],
        "place": place,
        "runs": rules.may_run(request.user, round),
        "may_sign_up": may_offer and place is None and is_open,
        "may_join": entrant is None and round.takes_students and rules.may_join_openly(request.user, round),
        "deliverables": _deliverables(round, entrant)
        if entrant is not None
        else [(one, None) for one in round.deliverables.all()],
        "asks_feedback": round.state == "ended" and round.forgotten_at is None and (entrant or place),
    }
    if place is not None:
        count, known = queries.students_of_place(place, given)
        handed = queries.handed_to(place, given)
        context |= {"given": given, "coming": count, "known": known, "handed": handed}
    mine = place if place is not None else placement.place if placement is not None else None
    talks_on = given is not None and modules.is_on("conversations")
    if mine is not None and talks_on and talk_queries.voices_at_place(mine.pk, request.user):
        unread = talks.is_unread(request.user, talk_queries.COURSE, mine.pk)
        context |= {"talk_place": mine.pk, "is_unread": unread}
    return render(request, "studies/courses/course.html", context)


def _deliverables(round: CourseRound, entrant: Entrant) -> list[tuple[Deliverable, HandIn | None]]:
    """With what the student or the group has handed in."""
    whose: dict[str, Any] = {"team": entrant.team} if entrant.team_id else {"entrant": entrant}
    rows = list(round.deliverables.all())
    done = {one.deliverable_id: one for one in HandIn.objects.filter(deliverable__round=round, **whose)}
    return [(row, done.get(row.pk)) for row in rows]


@login_required
@require_http_methods(GET_OR_POST)
def course_sign_up(request: HttpRequest, pk: int) -> HttpResponse:
    """A company signs up, or changes what it wrote."""
    round = seen_round(request, pk)
    place = rules.own_place(request.user, round)
    place = place if place is not None and place.withdrawn_at is None else None
    profiles = rules.profiles_to_offer(request.user)
    if place is None and not profiles.exists():
        raise PermissionDenied
    data = request.POST if request.method == "POST" else None
    form = PlaceForm(data, profiles=profiles, place=place, initial={"profile": begun_for(request, profiles)})
    if data is not None and form.is_valid():
        asked: dict[str, Any] = {"plan": form.plan(), "by": request.user, "now": timezone.now()}
        try:
            if place is not None:
                joining.edit_place(place=place, **asked)
            else:
                joining.offer_place(round=round, profile=form.cleaned_data["profile"], **asked)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(round)
    context = {"round": round, "form": form, "place": place}
    return render(request, "studies/courses/sign_up.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def course_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks once more."""
    round = seen_round(request, pk)
    place = rules.own_place(request.user, round)
    if place is None or place.withdrawn_at is not None:
        raise PermissionDenied
    if request.method == "POST":
        return press(
            request,
            lambda: joining.withdraw_place(place=place, by=request.user, now=timezone.now()),
            _("Withdrawn. The teacher has been told."),
            round,
        )
    given = newest_given(round)
    context = {"round": round, "place": place, "coming": queries.students_of_place(place, given)[0]}
    return render(request, "studies/courses/withdraw.html", context)
