"""A member's own pages: joining, answering an invitation, taking part, leave, invoices, appeal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.errors import DomainError
from core.forms import add_domain_error, press
from core.text import clean_text
from networks.forms.members import AppealForm, InvoiceForm, JoinForm, SeatsForm
from networks.models import Application, Asking, Membership, Network
from networks.queries import letters as letter_queries
from networks.queries import meetings as meeting_queries
from networks.queries import members as queries
from networks.queries import quiet
from networks.rules import networks as rules
from networks.rules import renewals as renewal_rules
from networks.rules import year as year_rules
from networks.rules.meetings import is_late
from networks.services import applications, asking, letters, memberships, renewals
from networks.views.coordinating import GET_OR_POST
from networks.views.networks import network_or_404
from networks.wording import why_of


def own_or_404(request: HttpRequest, slug: str, pk: int) -> Membership:
    """A membership of one's own organisation. Of a network that the reader sees no longer there is none, but for one
    whose application was declined, who may read why and appeal.
    """
    own = Membership.objects.of_user(request.user).select_related("profile", "network", "network__organiser")
    found: Membership = get_object_or_404(own, network__slug=slug, pk=pk)
    is_declined = found.state == Membership.State.DECLINED and found.applications.exists()
    if not is_declined and not rules.may_see_network(request.user, found.network):
        raise Http404
    return found


@login_required
@require_http_methods(GET_OR_POST)
def network_join(request: HttpRequest, slug: str) -> HttpResponse:
    """To an open network at once, to others by an application."""
    network = network_or_404(request, slug)
    criteria = list(network.criteria.filter(retired_at=None)) if network.admission == "criteria" else []
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        network=network,
        user=request.user,
        criteria=criteria,
        initial={"profile": rules.profiles_to_join(request.user, network).first()},
    )
    if request.method == "POST" and form.is_valid():
        try:
            membership = _join(request, network, form)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            return redirect("network_own", slug=slug, pk=membership.pk)
    context = {
        "network": network,
        "form": form,
        "can_join": network.is_running and rules.profiles_to_join(request.user, network).exists(),
        "own": [one for one in queries.own_memberships(network, request.user) if one.state not in ("left", "declined")],
    }
    return render(request, "networks/join.html", context, status=422 if form.errors else 200)


def _join(request: HttpRequest, network: Network, form: JoinForm) -> Membership:
    data, now = form.cleaned_data, timezone.now()
    if network.admission == Network.Admission.OPEN:
        made = memberships.join(network=network, profile=data["profile"], by=request.user, now=now)
        messages.success(request, _("Welcome. Choose below who takes part."))
        return made
    application = applications.apply(
        network=network,
        profile=data["profile"],
        by=request.user,
        now=now,
        text=data["text"],
        language=data["language"],
        shown=form.shown(),
    )
    messages.success(request, _("The application is sent. You hear when it is decided on."))
    return application.membership


@login_required
@require_safe
def network_own(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    one = own_or_404(request, slug, pk)
    if one.state == Membership.State.INVITED:
        letters.mark_opened(membership=one, now=timezone.now())
    return own_page(request, one)


def own_page(request: HttpRequest, one: Membership, **sent: Any) -> HttpResponse:
    """The membership as its people see it; `sent` are forms that did not hold."""
    may_act = rules.may_act_for_member(request.user, one)
    last = one.applications.select_related("appeal").order_by("-made_at", "-pk").first()
    can_appeal = (
        last is not None
        and last.state == Application.State.DECLINED
        and one.state == Membership.State.DECLINED
        and not hasattr(last, "appeal")
        and one.network.is_running
    )
    bad = next((form for form in sent.values() if form.errors), None)
    context = {
        "network": one.network,
        "one": one,
        "may_act": may_act,
        "application": last,
        "answers": list(last.answers.select_related("criterion")) if last is not None else [],
        "appeal": getattr(last, "appeal", None) if last is not None else None,
        "appeal_form": sent.get("appeal_form") or (AppealForm() if can_appeal and may_act else None),
        "seats": list(one.seats.held().select_related("user")),
        "seats_form": sent.get("seats_form")
        or (SeatsForm(membership=one, people=queries.representatives_of(one)) if may_act else None),
        "invoice_form": sent.get("invoice_form") or (InvoiceForm.of(one) if may_act else None),
        "groups": queries.groups_of_member(one),
        "promised": [(task, is_late(task, timezone.localdate())) for task in meeting_queries.promised_by(one)]
        if one.is_standing
        else [],
        "letter": letter_queries.current(one) if one.state == Membership.State.INVITED else None,
        "asking": _asking_of(one),
        "is_due": one.network.is_running and renewal_rules.is_due(one, timezone.localdate()),
        "lapses_on": renewal_rules.lapses_on(one),
        "history": [(change, why_of(change)) for change in queries.history(one)],
        "form": bad,
    }
    return render(request, "networks/own.html", context, status=422 if bad is not None else 200)


def _asking_of(one: Membership) -> Asking | None:
    """The letter that waits for the member's answer."""
    last = quiet.last_asking(one) if one.network.is_running else None
    if last is not None:
        last.membership = one
    return last if last is not None and year_rules.waits_for_answer(last, timezone.now()) else None


ACTS: dict[str, Callable[..., Any]] = {
    "accept": memberships.accept_invitation,
    "decline": memberships.decline_invitation,
    "pause": memberships.go_on_leave,
    "back": memberships.come_back,
    "leave": memberships.leave,
    "renew": renewals.renew,
    "stay": asking.stay,
    "name": partial(asking.set_named, named=True),
    "unname": partial(asking.set_named, named=False),
}
WITH_WORDS = {"decline", "pause", "leave"}


@login_required
@require_POST
def network_own_act(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One press for the member. Whoever thereby sees the network no longer goes to the list."""
    one = own_or_404(request, slug, pk)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise Http404
    said = {
        "accept": _("Welcome. Choose below who takes part."),
        "decline": _("The invitation is declined."),
        "pause": _("You are on leave. Come back whenever you want."),
        "back": _("Welcome back."),
        "leave": _("You have left. Thank you for having been there."),
        "renew": _("The membership is renewed."),
        "stay": _("Good to have you. The coordinator sees that you stay."),
        "name": _("You are thanked by name in the network's yearly reports."),
        "unname": _("You are named in no yearly report."),
    }[act]
    more = {"why": clean_text(request.POST.get("why", ""))[:400]} if act in WITH_WORDS else {}
    now = timezone.now()
    response = press(
        request,
        lambda: ACTS[act](membership=one, by=request.user, now=now, **more),
        said,
        "network_own",
        slug=slug,
        pk=pk,
    )
    return response if rules.may_see_network(request.user, one.network) else redirect("networks")


@login_required
@require_POST
def network_seats(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    one = own_or_404(request, slug, pk)
    form = SeatsForm(request.POST, membership=one, people=queries.representatives_of(one))
    if form.is_valid():
        try:
            memberships.set_seats(
                membership=one, people=list(form.cleaned_data["people"]), by=request.user, now=timezone.now()
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("network_own", slug=slug, pk=pk)
    return own_page(request, one, seats_form=form)


@login_required
@require_POST
def network_invoice(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    one = own_or_404(request, slug, pk)
    form = InvoiceForm.of(one, request.POST)
    if form.is_valid():
        try:
            memberships.set_invoice_details(membership=one, details=form.details(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("network_own", slug=slug, pk=pk)
    return own_page(request, one, invoice_form=form)


@login_required
@require_POST
def network_appeal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    one = own_or_404(request, slug, pk)
    last = one.applications.order_by("-made_at", "-pk").first()
    if last is None:
        raise Http404
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            applications.appeal(application=last, text=form.cleaned_data["text"], by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The appeal is sent. You hear when it is answered."))
            return redirect("network_own", slug=slug, pk=pk)
    return own_page(request, one, appeal_form=form)
