"""A profile's inbox, which all its representatives share."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from conversations import rules
from conversations.queries import care, groups
from conversations.queries import messages as queries
from conversations.services import safety as services
from core.errors import DomainError

ON_A_PAGE = 25


@login_required
@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    if profile is None:
        # A student of a course round takes part in conversations of the work without a profile.
        talks = groups.rows(request.user, limit=ON_A_PAGE)
        return render(request, "conversations/nobody.html", {"groups": talks})
    now = timezone.now()
    sides = queries.conversations_of(profile)
    which = request.GET.get("show", "")
    which = which if which in ("unanswered", "mine") else ""
    colleagues = care.colleagues_of(profile, now=now)
    page = Paginator(care.shown(sides, which, request.user), ON_A_PAGE).get_page(request.GET.get("page"))
    unanswered, mine = care.counts(sides, request.user)
    context = {
        "profile": profile,
        "show": which,
        "unanswered": unanswered,
        "mine": mine,
        "colleagues": colleagues,
        "is_shared": len(colleagues) > 1,
        "away": [one for pk, one in colleagues.items() if one.away_until and pk != request.user.pk],
        "groups": groups.rows(request.user, limit=ON_A_PAGE) if not which else [],
        "absence": care.absence_of(request.user, now=now),
        "own_profiles": own,
        "unread": queries.unread_by_profile(own) if len(own) > 1 else set(),
        "requests": queries.requests_to(profile),
        "page": page,
        "rows": [care.Care(side, colleagues, request.user) for side in page],
        "closed": queries.closed_by(profile),
        "takes_strangers": queries.takes_strangers(profile),
        "may_choose": rules.may_choose_for(request.user, profile),
    }
    return render(request, "conversations/inbox.html", context)


@login_required
@require_POST
def strangers(request: HttpRequest) -> HttpResponse:
    """One press: whether strangers' messages are taken."""
    profile = Profile.objects.spoken_for_by(request.user).filter(slug=request.POST.get("profile", "")).first()
    if profile is None:
        raise Http404
    takes = request.POST.get("takes") == "1"
    try:
        services.choose_strangers(profile=profile, takes=takes, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        said = _("Others can write to you now.") if takes else _("From now on only your connections can write to you.")
        messages.success(request, said)
    return redirect(f"{reverse('messages')}?for={profile.slug}")
