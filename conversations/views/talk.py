"""One conversation: reading it, writing in it, accepting and declining, reporting."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from conversations import hooks
from conversations.forms import MessageForm, ReportMessageForm
from conversations.models import Message, Side
from conversations.queries import care
from conversations.queries import messages as queries
from conversations.queries.messages import Standing
from conversations.services import care as services_care
from conversations.services import messages as services
from conversations.services import safety
from conversations.views.first import conversation_url
from conversations.views.own import own_side
from core import panels
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment


@login_required
@require_http_methods(["GET", "POST"])
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    side = own_side(request, pk)
    if request.method == "GET":
        return _page(request, side, MessageForm())
    form = MessageForm(request.POST)
    if form.is_valid():
        try:
            services.send_message(
                profile=side.profile, other=side.other, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            if is_fragment(request):
                return _page(request, own_side(request, pk), MessageForm(goes_on=True), was_sent=True)
            return redirect(f"{conversation_url(side)}#newest")
    return _page(request, side, form)


def _page(request: HttpRequest, side: Side, form: MessageForm, *, was_sent: bool = False) -> HttpResponse:
    """The page, or for htmx its changing part. Whoever is shown the messages has read them."""
    before = request.GET.get("before", "")
    thread = queries.thread(side, before=int(before) if before.isdecimal() and len(before) < 12 else None)
    if thread.shows_text and not before:
        services.mark_read(side=side, by=request.user, now=timezone.now())
    services_care.seen_by_keeper(side=side, by=request.user, now=timezone.now())
    fragment = is_fragment(request)
    asked = thread.standing == Standing.ANSWER
    context = {
        "side": side,
        "thread": thread,
        "care": care.care_of(side, request.user, now=timezone.now()),
        "standing": thread.standing,
        "form": form,
        "fragment": fragment,
        "was_sent": was_sent,
        "is_past": bool(before),
        "is_seen": Profile.objects.visible_to(request.user).filter(pk=side.other_id).exists(),
        "may_end": thread.standing == Standing.WRITE and not hooks.are_connected(side.profile, side.other),
        "reasons": panels.render("conversation", request, side) if asked else [],
        "heads": [] if fragment else panels.render("conversation_head", request, side),
    }
    template = "conversations/conversation.html"
    # htmx swaps nothing but successes; the fragment carries its errors itself.
    status = 422 if form.errors and not fragment else 200
    return render(request, f"{template}#talk" if fragment else template, context, status=status)


@login_required
@require_POST
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    side = own_side(request, pk)
    try:
        services.accept(profile=side.profile, other=side.other, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(conversation_url(side))


@login_required
@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    side = own_side(request, pk)
    try:
        services.decline(profile=side.profile, other=side.other, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(conversation_url(side))
    messages.success(request, _("Closed. They are not told, and cannot write to you again."))
    return redirect(f"{reverse('messages')}?for={side.profile.slug}")


@login_required
@require_http_methods(["GET", "POST"])
def report(request: HttpRequest, pk: int, message: int) -> HttpResponse:
    """The message goes to the coordinator with the words of whoever reports it."""
    side = own_side(request, pk)
    found = get_object_or_404(Message, pk=message, conversation=side.conversation, profile=side.other)
    form = ReportMessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            safety.report_message(
                message=found,
                reader=side.profile,
                by=request.user,  # type: ignore[arg-type]  # signed in
                now=timezone.now(),
                **form.cleaned_data,
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Thank you. The coordinator looks into it."))
            return redirect(conversation_url(side))
    context = {"side": side, "message": found, "form": form}
    return render(request, "conversations/report.html", context, status=422 if form.errors else 200)
