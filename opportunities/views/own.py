"""One's own offers and needs: writing, changing, publishing, renewing, closing, throwing a draft away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Profile
from accounts.views.chosen import chosen_profile
from catalogue.guidance import general_model, model_of_request
from core.errors import DomainError
from core.forms import add_domain_error, press
from opportunities.forms.feeds import initial_from
from opportunities.forms.opportunities import CloseForm, OpportunityForm, initial_of, tick_proposals, typed
from opportunities.forms.purchases import PurchaseForm, purchase_initial
from opportunities.hooks import Road, better_roads
from opportunities.models import Candidate, Opportunity
from opportunities.queries import feeds as candidate_queries
from opportunities.queries import opportunities as queries
from opportunities.rules import feeds as feed_rules
from opportunities.rules import opportunities as rules
from opportunities.services import candidates
from opportunities.services import opportunities as services
from themes.forms import ThemesField

GET_OR_POST = ("GET", "HEAD", "POST")


@login_required
@require_safe
def opportunities_own(request: HttpRequest) -> HttpResponse:
    """In every state, for one of the reader's profiles."""
    profile, own = chosen_profile(request)
    if profile is None:
        return render(request, "opportunities/nobody.html")
    now = timezone.now()
    context = {
        "profile": profile,
        "own_profiles": own,
        "found": queries.own_of(profile, now),
        "may_make": rules.may_make_for(request.user, profile),
        "may_buy": rules.may_buy_for(request.user, profile),
        "today": rules.today_of(now),
    }
    return render(request, "opportunities/own.html", context)


def own_of_request(request: HttpRequest, pk: int) -> Opportunity:
    """One's own to manage: to others it is not there, and a member of the organisation is told that they may not."""
    found = queries.one(pk)
    if found is None or not rules.is_own(request.user, found):
        raise Http404
    if not rules.may_manage(request.user, found):
        raise PermissionDenied
    return found


def _own_url(profile: Profile) -> str:
    return f"{reverse('opportunities_own')}?for={profile.slug}"


@login_required
@require_http_methods(GET_OR_POST)
def opportunity_new(request: HttpRequest) -> HttpResponse:
    profile, own = chosen_profile(request)
    if profile is None:
        return render(request, "opportunities/nobody.html")
    if not rules.may_make_for(request.user, profile):
        raise PermissionDenied
    if "candidate" in request.GET:
        return _taking(request, profile, own)
    start: dict[str, Any] = {
        "direction": request.GET.get("direction", ""),
        "kind": request.GET.get("kind", ""),
        "municipality": profile.municipality,
        "visibility": Opportunity.Visibility.PUBLIC,
        "last_day": rules.usual_day(rules.today_of(timezone.now())),
    }
    return write(request, profile, None, start, own)


def _taking(request: HttpRequest, profile: Profile, own: list[Profile]) -> HttpResponse:
    """The form filled in from what a feed told."""
    if not feed_rules.may_tell_of_others(request.user):
        raise PermissionDenied
    asked = request.GET["candidate"]
    found = candidate_queries.one(int(asked)) if asked.isdecimal() and len(asked) < 16 else None
    if found is None:
        raise Http404
    if request.method != "POST" and found.state != Candidate.State.WAITS:
        messages.info(request, _("Somebody has taken this or passed it already."))
        return redirect("candidates")
    start = initial_from(found, rules.today_of(timezone.now()))
    return write(request, profile, None, start, own, candidate=found)


@login_required
@require_http_methods(GET_OR_POST)
def opportunity_edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_of_request(request, pk)
    if found.kept_by:
        return redirect(found)
    if found.state in (Opportunity.State.CLOSED, Opportunity.State.TAKEN_DOWN):
        return redirect(found)
    if found.is_purchase:
        return write(request, found.profile, found, purchase_initial(found), [], form_class=PurchaseForm)
    return write(request, found.profile, found, initial_of(found), [])


def write(
    request: HttpRequest,
    profile: Profile,
    found: Opportunity | None,
    start: dict[str, Any],
    own: list[Profile],
    *,
    form_class: type[OpportunityForm] = OpportunityForm,
    candidate: Candidate | None = None,
) -> HttpResponse:
    """The form of a new one, or of one that is there, shown or sent."""
    there = list(found.files.all()) if found is not None else []
    more: dict[str, Any] = {
        "profile": profile,
        "there": there,
        "of_others": form_class is OpportunityForm and feed_rules.may_tell_of_others(request.user),
    }
    if found is not None and found.is_purchase:
        more["purchase"] = found.purchase
    if request.method != "POST":
        form = form_class(initial=start, stamp=str(found.version) if found else "", **more)
        if candidate is not None:
            form.propose(f"{candidate.title}\n{candidate.text}", candidate.feed.language)
        return _form_page(request, profile, found, form, own, candidate)
    form = form_class(request.POST, request.FILES, **more)
    text = f"{request.POST.get('title', '')}\n{request.POST.get('text', '')}"
    language = request.POST.get("language", "")
    if "propose" in request.POST or ThemesField.is_looking(form):
        # No attempt to save: what is typed stays, and nothing is marked as wrong.
        shown = typed(request.POST, form_class)
        if "propose" in request.POST:
            shown = tick_proposals(shown, text, language)
        form = form_class(initial=shown, stamp=request.POST.get("stamp", ""), **more)
        form.propose(text, language)
        form.fields["themes"].widget.query = request.POST.get("themes_find", "")
        return _form_page(request, profile, found, form, own, candidate)
    if form.is_valid() and not _has_better(request, profile, found, form, candidate):
        saved = _saved(request, profile, found, form, candidate)
        if saved is not None:
            return redirect(saved)
    form.propose(text, language)
    return _form_page(request, profile, found, form, own, candidate)


def _has_better(
    request: HttpRequest,
    profile: Profile,
    found: Opportunity | None,
    form: OpportunityForm,
    candidate: Candidate | None,
) -> bool:
    """It could be begun where it is better seen to, and the page has not said so yet."""
    kind = form.cleaned_data.get("kind", "")  # a planned purchase has none to choose
    return request.POST.get("here") != kind and bool(_roads(request, profile, kind, found, candidate))


def _roads(
    request: HttpRequest, profile: Profile, kind: str, found: Opportunity | None, candidate: Candidate | None
) -> list[Road]:
    if found is not None or candidate is not None:
        return []
    return better_roads(request.user, profile, kind, timezone.now())


def _saved(
    request: HttpRequest,
    profile: Profile,
    found: Opportunity | None,
    form: OpportunityForm,
    candidate: Candidate | None,
) -> Opportunity | None:
    """What the form made, with words of it; None when it was refused."""
    publish, now = "publish" in request.POST, timezone.now()
    try:
        plan = form.plan()
        if candidate is not None:
            key = form.cleaned_data["once"]
            made = candidates.take(
                candidate=candidate, profile=profile, plan=plan, by=request.user, now=now, publish=publish, key=key
            )
        elif found is None:
            key = form.cleaned_data["once"]
            made = services.create(profile=profile, plan=plan, by=request.user, now=now, publish=publish, key=key)
        else:
            made = services.change(
                opportunity=found, plan=plan, by=request.user, now=now, version=form.seen, publish=publish
            )
    except DomainError as error:
        current = Opportunity.objects.filter(pk=found.pk).values_list("version", flat=True).first() if found else None
        form.refuse(error, current or 0)
        return None
    if made.state == Opportunity.State.DRAFT:
        messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
    elif found is None or found.state == Opportunity.State.DRAFT:
        messages.success(request, _("Published. Those whom it would suit are being looked for."))
    else:
        messages.success(request, _("Saved."))
    return made


def _form_page(
    request: HttpRequest,
    profile: Profile,
    found: Opportunity | None,
    form: OpportunityForm,
    own: list[Profile],
    candidate: Candidate | None,
) -> HttpResponse:
    today = rules.today_of(timezone.now())
    form.fields["last_day"].widget.attrs |= {"min": _iso(today), "max": _iso(rules.latest_day(today))}
    if found is None and candidate is None and "kind" in form.fields:
        asks = {"hx-get": f"{reverse('opportunity_new')}?for={profile.slug}", "hx-trigger": "change"}
        swaps = {"hx-target": "#roads", "hx-select": "#roads", "hx-swap": "outerHTML", "hx-params": "kind"}
        form.fields["kind"].widget.attrs |= asks | swaps
    kind = str(form["kind"].value() or "") if "kind" in form.fields else ""
    context: dict[str, Any] = {
        "form": form,
        "profile": profile,
        "opportunity": found,
        "own_profiles": own,
        "is_draft": found is None or found.state == Opportunity.State.DRAFT,
        "is_hidden": not rules.is_shown(profile),
        "candidate": candidate,
        "kind": kind,
        "roads": _roads(request, profile, kind, found, candidate),
        "sent": request.method == "POST" and form.is_bound and form.is_valid(),
        "may_buy": found is None and candidate is None and rules.may_buy_for(request.user, profile),
    }
    if isinstance(form, PurchaseForm):
        context["is_hidden"] = not rules.is_for_all(profile)
        context["model"] = model_of_request(request)
        context["advised"] = context["model"] or general_model("purchase")
        return render(request, "opportunities/purchases/form.html", context, status=422 if form.errors else 200)
    return render(request, "opportunities/form.html", context, status=422 if form.errors else 200)


def _iso(day: date) -> str:
    return day.isoformat()


@login_required
@require_POST
def opportunity_publish(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_of_request(request, pk)
    return press(
        request,
        lambda: services.publish(opportunity=found, by=request.user, now=timezone.now()),
        _("Published. Those whom it would suit are being looked for."),
        found,
    )


@login_required
@require_POST
def opportunity_renew(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_of_request(request, pk)
    try:
        renewed = services.renew(opportunity=found, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        day = date_format(renewed.last_day, "SHORT_DATE_FORMAT")
        messages.success(request, _("Open until %(day)s.") % {"day": day})
    return redirect(_own_url(found.profile) if "own" in request.POST else found.get_absolute_url())


@login_required
@require_http_methods(GET_OR_POST)
def opportunity_close(request: HttpRequest, pk: int) -> HttpResponse:
    found = own_of_request(request, pk)
    if found.state != Opportunity.State.OPEN or found.kept_by:
        return redirect(found)
    form = CloseForm(request.POST if request.method == "POST" else None, opportunity=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.close(opportunity=found, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Closed. Thank you for telling what came of it."))
            return redirect(_own_url(found.profile))
    context = {"opportunity": found, "form": form, "has_ended": found.has_ended(timezone.now())}
    return render(request, "opportunities/close.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def opportunity_discard(request: HttpRequest, pk: int) -> HttpResponse:
    found = queries.one(pk)
    if found is None:  # a second press
        return redirect("opportunities_own")
    found = own_of_request(request, pk)
    return press(
        request,
        lambda: services.discard(opportunity=found, by=request.user, now=timezone.now()),
        _("The draft was thrown away."),
        _own_url(found.profile),
    )
