"""Conversations of several profiles: begun, read and written in, who is in them, left, reported."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from conversations import hooks, rules
from conversations.forms import AddForm, GroupForm, MessageForm, ReportMessageForm
from conversations.models import GroupMessage
from conversations.queries import groups as queries
from conversations.queries.groups import Presence
from conversations.services import groups as services
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment, press


def here_or_404(request: HttpRequest, pk: int) -> Presence:
    """What one is not in is not there."""
    here = queries.presence(pk, request.user)
    if here is None:
        raise Http404
    return here


@login_required
@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, pk: int) -> HttpResponse:
    here = here_or_404(request, pk)
    if request.method == "GET":
        return _page(request, here, MessageForm())
    form = MessageForm(request.POST)
    if form.is_valid():
        voice = next((one for one in here.own if str(one) == request.POST.get("voice")), None)
        profile = Profile.objects.filter(pk=voice).first() if voice is not None else None
        try:
            services.write(talk=here.talk, profile=profile, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            if is_fragment(request):
                return _page(request, here_or_404(request, pk), MessageForm(goes_on=True), was_sent=True)
            response: HttpResponse = redirect("messages_group", pk=pk)
            response["Location"] += "#newest"
            return response
    return _page(request, here, form)


def _page(request: HttpRequest, here: Presence, form: MessageForm, *, was_sent: bool = False) -> HttpResponse:
    """The page, or for htmx its changing part. Whoever is shown the messages has read them."""
    before = request.GET.get("before", "")
    thread = queries.thread(here, before=int(before) if before.isdecimal() and len(before) < 12 else None)
    if not before:
        services.mark_read(talk=here.talk, by=request.user, now=timezone.now())
    fragment = is_fragment(request)
    speaking = [one.profile for one in here.voices if one.profile is not None]
    context = {
        "here": here,
        "thread": thread,
        "form": form,
        "fragment": fragment,
        "was_sent": was_sent,
        "is_past": bool(before),
        "voices": speaking,
        "is_hidden": bool(speaking) and not any(rules.is_shown(one) for one in speaking),
        "profiles": [] if here.is_circle else queries.profiles_in(here.talk),
        "reader": queries.reader_of(here),
    }
    template = "conversations/groups/group.html"
    # htmx swaps nothing but successes; the fragment carries its errors itself.
    status = 422 if form.errors and not fragment else 200
    return render(request, f"{template}#talk" if fragment else template, context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def group_new(request: HttpRequest) -> HttpResponse:
    """Among those with whom the profile is connected; that they are with each other too is checked when it is sent."""
    profile, own = chosen_profile(request)
    if profile is None:
        return render(request, "conversations/nobody.html")
    partners = queries.can_be_added(profile, [])
    form = GroupForm(request.POST if request.method == "POST" else None, partners=partners)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.make(profile=profile, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The others are told. Write the first message."))
            return redirect("messages_group", pk=made.pk)
    context = {
        "profile": profile,
        "own_profiles": own,
        "form": form,
        "has_enough": len(hooks.partners_of(profile)) >= rules.LEAST_TOGETHER - 1,
        "is_hidden": not rules.is_shown(profile),
    }
    return render(request, "conversations/groups/new.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def group_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is in a conversation of one's own making, bringing one more, and leaving. A group's people are on its own
    page."""
    here = here_or_404(request, pk)
    if here.is_circle:
        return redirect(here.url)
    there = queries.profiles_in(here.talk)
    own = [one.profile for one in here.voices if one.profile is not None]
    free = queries.can_be_added(own[0], there) if len(there) < rules.MOST_TOGETHER else Profile.objects.none()
    form = AddForm(request.POST if request.method == "POST" else None, free=free)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        try:
            services.add(talk=here.talk, other=other, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("%(name)s is in the conversation now.") % {"name": other.name})
            return redirect("messages_group_people", pk=pk)
    context = {
        "here": here,
        "profiles": there,
        "form": form if free.exists() else None,
        "is_full": len(there) >= rules.MOST_TOGETHER,
        "own": [one for one in own if rules.may_choose_for(request.user, one)],
    }
    return render(request, "conversations/groups/people.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def group_act(request: HttpRequest, pk: int) -> HttpResponse:
    """One press: not to be told, to be told again, or to leave."""
    here, now = here_or_404(request, pk), timezone.now()
    do = request.POST.get("do")
    if do == "leave":
        named = request.POST.get("profile")
        speaking = (one.profile for one in here.voices)
        profile = next((one for one in speaking if one is not None and str(one.pk) == named), None)
        if profile is None:
            raise Http404
        return press(
            request,
            lambda: services.leave(talk=here.talk, profile=profile, by=request.user, now=now),
            _("You have left the conversation."),
            "messages",
        )
    muted = do == "mute"
    return press(
        request,
        lambda: services.mute(talk=here.talk, muted=muted, by=request.user, now=now),
        _("You are not told of this conversation any more.") if muted else _("You are told of this conversation."),
        "messages_group",
        pk=pk,
    )


@login_required
@require_http_methods(["GET", "POST"])
def group_report(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    """The message goes to the coordinator with the words of whoever reports it."""
    here = here_or_404(request, pk)
    others = queries.seen_by(here).exclude(profile=None).exclude(profile__in=here.own)
    found: GroupMessage = get_object_or_404(others.select_related("by", "profile"), pk=message)
    form = ReportMessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            services.report(
                message=found,
                by=request.user,  # type: ignore[arg-type]  # signed in
                now=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you. The coordinator looks into it."))
            return redirect("messages_group", pk=pk)
    context = {"here": here, "message": found, "form": form}
    return render(request, "conversations/groups/report.html", context, status=422 if form.errors else 200)
