"""An offer or a need: its page, its files, answering it, and taking it down."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.chosen import chosen_profile
from conversations import hooks as conversation_hooks
from conversations import rules as conversation_rules
from conversations.forms import MessageForm
from conversations.queries import messages as conversation_queries
from conversations.queries.messages import Standing
from conversations.views.first import conversation_url
from core import attachments, modules
from core.errors import DomainError
from core.forms import add_domain_error
from core.tasks import wake
from matching.views.asking import waiting
from opportunities import hooks
from opportunities.forms.opportunities import TakeDownForm
from opportunities.models import Opportunity
from opportunities.queries import matches
from opportunities.queries import opportunities as queries
from opportunities.queries import purchases as purchase_queries
from opportunities.rules import opportunities as rules
from opportunities.services import answering, matching
from opportunities.services import opportunities as services
from opportunities.wording import moment, said_changes

GET_OR_POST = ("GET", "HEAD", "POST")
ASKED_AGAIN = 600
"""Seconds within which one look is enough to have it looked for anew."""


def gone(request: HttpRequest, record: str = "") -> HttpResponse:
    """It is over; nothing of it is told. The record of a planned purchase stays public."""
    return render(request, "opportunities/gone.html", {"record": record}, status=410)


def seen(request: HttpRequest, pk: int) -> Opportunity | None:
    """One that the reader may see; None for one that they could have seen while it was open. Others are not there."""
    found = queries.one(pk)
    if found is None:
        raise Http404
    if rules.may_see(request.user, found, timezone.now()):
        return found
    if rules.was_seen(request.user, found):
        return None
    raise Http404


def record_of(request: HttpRequest, pk: int) -> str:
    """Where the record of a planned purchase that is over is read; empty of others."""
    found = queries.one(pk)
    is_one = found is not None and found.is_purchase and rules.may_read_record(request.user, found)
    return reverse("purchase_record", kwargs={"pk": pk}) if is_one else ""


def dialogue(request: HttpRequest, found: Opportunity, *, is_own: bool) -> dict[str, Any]:
    """What is public of a planned purchase; and what waits for its own people, or is the reader's own."""
    now, purchase = timezone.now(), found.purchase
    told: dict[str, Any] = {
        "purchase": purchase,
        "until": moment(purchase.questions_until),
        "takes_questions": purchase.takes_questions(now),
        "published": purchase_queries.published(purchase),
        "log": [(entry, said_changes(entry.changes)) for entry in purchase_queries.log_of(purchase)],
        "linked": hooks.linked_event(purchase.event, request.user),
        "is_for_all": rules.is_for_all(found.profile),
    }
    if is_own:
        return told | {"waiting": purchase_queries.waiting(purchase)}
    if request.user.is_authenticated:
        told["own_questions"] = purchase_queries.own_questions(purchase, request.user)
        told["follows"] = purchase_queries.follows(purchase, request.user)
    return told


@require_safe
def opportunity(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = seen(request, pk), timezone.now()
    if found is None:
        return gone(request, record_of(request, pk))
    is_own, is_open = rules.is_own(request.user, found), found.is_open(now)
    context: dict[str, Any] = {
        "opportunity": found,
        "themes": [item.tag for item in found.theme_items.all() if item.tag.state == "active"],
        "is_own": is_own,
        "kept_at": hooks.kept_at(found),
        "is_open": is_open,
        "has_ended": found.has_ended(now),
        "may_manage": is_own and rules.may_manage(request.user, found),
        "may_take_down": is_open and not is_own and rules.may_take_down(request.user),
    }
    if found.is_purchase:
        context |= dialogue(request, found, is_own=is_own)
    if is_own:
        context["answers"] = queries.answers_to(found)
        if is_open and modules.is_on("matching"):
            context |= _suits(request, found)
    elif is_open and request.user.is_authenticated and not found.is_purchase:
        context |= _answered(request, found)
    return render(request, "opportunities/opportunity.html", context)


def _suits(request: HttpRequest, found: Opportunity) -> dict[str, Any]:
    now = timezone.now()
    if matching.is_old(found, now) and cache.add(f"opportunities.again:{found.pk}", now, ASKED_AGAIN):
        wake(matching.AGAIN, found.pk, request.user.pk)
    suits = matches.suits(found, user=request.user, now=now)
    asked = waiting(found.question) if found.question is not None else {"look_again": 0}
    return {"suits": suits, **asked}


def _answered(request: HttpRequest, found: Opportunity) -> dict[str, Any]:
    """How the reader's own profile stands to it."""
    me, own = _chosen(request)
    if me is None:
        return {"me": None}
    told = {"me": me, "own_profiles": own, "answered": queries.answer_of(found, me)}
    return told | {"why": matches.why_of(found, me, timezone.now()) if modules.is_on("matching") else None}


def _chosen(request: HttpRequest) -> Any:
    return chosen_profile(request) if request.user.is_authenticated else (None, [])


@never_cache
@require_safe
def opportunity_file(request: HttpRequest, pk: int, file: int) -> HttpResponseBase:
    """For whoever sees the opportunity now."""
    found = seen(request, pk)
    if found is None:
        raise Http404
    return attachments.saved(get_object_or_404(found.files, pk=file))


@login_required
@require_http_methods(GET_OR_POST)
def opportunity_answer(request: HttpRequest, pk: int) -> HttpResponse:
    found, now = seen(request, pk), timezone.now()
    if found is None or not found.is_open(now):
        return gone(request)
    if rules.is_own(request.user, found):
        return redirect(found)
    elsewhere = hooks.kept_at(found)
    if elsewhere is not None:
        return redirect(elsewhere.url)
    if found.is_purchase:
        return render(request, "opportunities/purchases/in_public.html", {"opportunity": found})
    me, own = chosen_profile(request)
    if me is None:
        return render(request, "conversations/nobody.html")
    side = conversation_queries.side_towards(me, found.profile)
    is_stranger = not conversation_hooks.are_connected(me, found.profile)
    form = MessageForm(request.POST if request.method == "POST" else None, is_first=side is None and is_stranger)
    if request.method == "POST" and form.is_valid():
        try:
            made = answering.answer(opportunity=found, profile=me, by=request.user, now=now, **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your answer has been sent."))
            mine = conversation_queries.side_of(me, made.conversation_id or 0)
            return redirect(conversation_url(mine) if mine is not None else found)
    standing = conversation_queries.standing(side) if side is not None else None
    is_hidden = not conversation_rules.is_shown(me)
    context = {
        "opportunity": found,
        "profile": me,
        "own_profiles": own,
        "form": form,
        "is_stranger": is_stranger and side is None,
        "is_hidden": is_hidden and not rules.may_answer_hidden(me, found),
        "stays_hidden": is_hidden,
        "waits": standing in (Standing.WAIT, Standing.CLOSED),
        "closed_here": side if standing == Standing.CLOSED_HERE else None,
    }
    return render(request, "opportunities/answer.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def opportunity_take_down(request: HttpRequest, pk: int) -> HttpResponse:
    if not rules.may_take_down(request.user):
        raise PermissionDenied
    found = seen(request, pk)
    if found is None or not found.is_open(timezone.now()):
        return gone(request)
    form = TakeDownForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.take_down(opportunity=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Taken down. The organisation has been told why."))
            return redirect(found)
    context = {"opportunity": found, "form": form}
    return render(request, "opportunities/take_down.html", context, status=422 if form.errors else 200)
