"""The coordinator's pages of what others offer: the feeds, and what came from them to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import press
from opportunities import feeds as reader
from opportunities.forms.feeds import FeedForm, initial_of, typed
from opportunities.models import Candidate, Feed
from opportunities.queries import feeds as queries
from opportunities.rules import feeds as rules
from opportunities.services import candidates as candidate_services
from opportunities.services import feeds as services
from themes.forms import ThemesField

GET_OR_POST = ("GET", "HEAD", "POST")


def coordinators(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    @login_required
    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not rules.may_tell_of_others(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return asked


@coordinators
@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    found = queries.feeds(timezone.now())
    context = {
        "feeds": found,
        "waiting": sum(feed.waiting_count for feed in found),  # type: ignore[attr-defined]  # from the query
        "most": reader.MOST,
        "most_waiting": rules.MOST_WAITING,
    }
    return render(request, "opportunities/feeds/feeds.html", context)


@coordinators
@require_http_methods(GET_OR_POST)
def feed_new(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@coordinators
@require_http_methods(GET_OR_POST)
def feed_edit(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, get_object_or_404(Feed, pk=pk))


def _form(request: HttpRequest, feed: Feed | None) -> HttpResponse:
    if request.method != "POST":
        form = FeedForm(initial=initial_of(feed), stamp=str(feed.version)) if feed else FeedForm()
        return _form_page(request, feed, form)
    form = FeedForm(request.POST)
    if ThemesField.is_looking(form):
        form = FeedForm(initial=typed(request.POST), stamp=request.POST.get("stamp", ""))
        form.fields["themes"].widget.query = request.POST.get("themes_find", "")
        return _form_page(request, feed, form)
    if form.is_valid():
        now = timezone.now()
        try:
            if feed is None:
                services.add_feed(plan=form.plan(), by=request.user, now=now)
            else:
                services.change_feed(feed=feed, plan=form.plan(), by=request.user, now=now, version=form.seen)
        except DomainError as error:
            current = Feed.objects.filter(pk=feed.pk).values_list("version", flat=True).first() if feed else None
            form.refuse(error, current or 0)
        else:
            done = _("Saved.") if feed else _("Added. It is read within a few minutes, and then about once an hour.")
            messages.success(request, done)
            return redirect("feeds")
    return _form_page(request, feed, form)


def _form_page(request: HttpRequest, feed: Feed | None, form: FeedForm) -> HttpResponse:
    context = {"form": form, "feed": feed}
    return render(request, "opportunities/feeds/form.html", context, status=422 if form.errors else 200)


@coordinators
@require_POST
def feed_remove(request: HttpRequest, pk: int) -> HttpResponse:
    feed = Feed.objects.filter(pk=pk).first()
    if feed is None:  # a second press
        return redirect("feeds")
    return press(
        request,
        lambda: services.remove_feed(feed=feed, by=request.user, now=timezone.now()),
        _("Removed. What was published from it stays."),
        "feeds",
    )


@coordinators
@require_safe
def candidates(request: HttpRequest) -> HttpResponse:
    """What waits to be looked at, of all feeds or of one. The notice of it is read with that."""
    candidate_services.seen(by=request.user, now=timezone.now())
    asked = request.GET.get("feed", "")
    feed = get_object_or_404(Feed, pk=asked if asked.isdecimal() and len(asked) < 16 else 0) if asked else None
    context = {
        "page": queries.candidates(timezone.now(), feed=feed, page=request.GET.get("page")),
        "feed": feed,
        "teller": queries.told_by(request.user),
        "feeds": Feed.objects.exists(),
    }
    return render(request, "opportunities/feeds/candidates.html", context)


@coordinators
@require_POST
def candidate_pass(request: HttpRequest, pk: int) -> HttpResponse:
    back, asked = reverse("candidates"), request.POST.get("feed", "")
    candidate = Candidate.objects.filter(pk=pk).first()
    if candidate is None:  # its feed was removed
        return redirect(back)
    return press(
        request,
        lambda: candidate_services.pass_by(candidate=candidate, by=request.user, now=timezone.now()),
        _("Passed. It does not come again."),
        f"{back}?feed={candidate.feed_id}" if asked == str(candidate.feed_id) else back,
    )
