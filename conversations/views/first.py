"""The first message to somebody."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from conversations import hooks, rules
from conversations.forms import MessageForm
from conversations.models import Side
from conversations.queries import messages as queries
from conversations.services import messages as services
from conversations.services.common import CannotBeWritten
from core.errors import DomainError
from core.forms import add_domain_error


@login_required
@require_http_methods(["GET", "POST"])
def write_to(request: HttpRequest, slug: str) -> HttpResponse:
    """A short message to a stranger, or the first to a partner; where there is a conversation already, leads to it."""
    profile, own = chosen_profile(request)
    if profile is None:
        return render(request, "conversations/nobody.html")
    other = Profile.objects.filter(slug=slug).first()
    side = queries.side_towards(profile, other) if other is not None else None
    if side is not None and request.method == "GET":
        return redirect(conversation_url(side))
    if other is None or (side is None and not queries.may_begin(profile, other)):
        return refused(request)
    is_stranger = not hooks.are_connected(profile, other)
    form = MessageForm(request.POST if request.method == "POST" else None, is_first=is_stranger)
    if request.method == "POST" and form.is_valid():
        try:
            message = services.send_message(
                profile=profile, other=other, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except CannotBeWritten:
            return refused(request)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect(f"{reverse('conversation', args=[message.conversation_id])}?for={profile.slug}#newest")
    context = {
        "profile": profile,
        "own_profiles": [one for one in own if one.pk != other.pk],
        "other": other,
        "form": form,
        "is_stranger": is_stranger,
        "is_hidden": not rules.is_shown(profile),
    }
    return render(request, "conversations/first.html", context, status=422 if form.errors else 200)


def refused(request: HttpRequest) -> HttpResponse:
    """The same page, word for word, for everybody who cannot be written to, and for those who do not exist."""
    return render(request, "conversations/refused.html", status=404)


def conversation_url(side: Side) -> str:
    return f"{reverse('conversation', args=[side.conversation_id])}?for={side.profile.slug}"
