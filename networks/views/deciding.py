"""A coordinator's pages of one member, of an application, and of groups."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error, press
from networks.forms.members import (
    AppealAnswerForm,
    DecisionForm,
    GroupForm,
    GroupMembersForm,
    InviteForm,
    ReasonForm,
)
from networks.models import Application, Group, GroupMember, Membership, Network
from networks.queries import members as queries
from networks.services import applications, groups, memberships
from networks.views.coordinating import GET_OR_POST, coordinated
from networks.wording import why_of


@login_required
@require_POST
def network_invite(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    form = InviteForm(request.POST)
    known = Profile.objects.visible_to(request.user)
    profile = known.filter(slug=form.cleaned_data["profile"]).first() if form.is_valid() else None
    if profile is None:
        messages.error(request, str(memberships.CannotBeInvited.message))
        return redirect("network_members", slug=slug)
    return press(
        request,
        lambda: memberships.invite(
            network=network, profile=profile, by=request.user, now=timezone.now(), why=form.cleaned_data["why"]
        ),
        _("%(profile)s is invited.") % {"profile": profile.name},
        "network_members",
        slug=slug,
    )


@login_required
@require_http_methods(GET_OR_POST)
def network_member(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """One member: how it stands, who takes part, where invoices go, all that has happened; and its removal."""
    network = coordinated(request, slug)
    one: Membership = get_object_or_404(Membership.objects.select_related("profile"), network=network, pk=pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        act = memberships.withdraw_invitation if one.state == Membership.State.INVITED else memberships.remove
        try:
            act(membership=one, by=request.user, now=timezone.now(), why=form.cleaned_data["why"])
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Done. It stays in the history."))
            return redirect("network_member", slug=slug, pk=pk)
    context = {
        "network": network,
        "one": one,
        "form": form,
        "seats": list(one.seats.held().select_related("user")),
        "groups": queries.groups_of_member(one),
        "history": [(change, why_of(change)) for change in queries.history(one)],
        "applications": list(one.applications.select_related("decided_by").order_by("-made_at", "-pk")),
        "has_invoice": any(
            (one.invoice_name, one.invoice_address, one.invoice_email, one.invoice_number, one.invoice_reference)
        ),
    }
    return render(request, "networks/member.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def network_decide(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """An application: decided on while it waits, answered when it is appealed, read afterwards."""
    network = coordinated(request, slug)
    known = Application.objects.select_related("membership__profile", "decided_by", "appeal", "appeal__answered_by")
    one: Application = get_object_or_404(known, membership__network=network, pk=pk)
    appeal = getattr(one, "appeal", None)
    form: Any = None
    if one.state == Application.State.WAITING:
        form = DecisionForm(request.POST if request.method == "POST" else None, application=one)
    elif appeal is not None and appeal.answered_at is None:
        form = AppealAnswerForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form is None:
        messages.error(request, str(applications.AlreadyDecided.message))
        return redirect("network_decide", slug=slug, pk=pk)
    if request.method == "POST" and form.is_valid():
        try:
            said = _decide(request, one, form)
        except (applications.AlreadyDecided, applications.AppealAnswered) as error:
            messages.error(request, str(error))
            return redirect("network_decide", slug=slug, pk=pk)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, said)
            return redirect("network_members", slug=slug)
    context = {
        "network": network,
        "one": one,
        "appeal": appeal,
        "form": form,
        "answers": list(one.answers.select_related("criterion")),
        "is_own_decision": one.decided_by_id == request.user.pk,
    }
    return render(request, "networks/decide.html", context, status=422 if form is not None and form.errors else 200)


def _decide(request: HttpRequest, one: Application, form: Any) -> str:
    now = timezone.now()
    name = {"profile": one.membership.profile.name}
    if isinstance(form, DecisionForm):
        accept = form.is_accepted()
        applications.decide(
            application=one,
            accept=accept,
            by=request.user,
            now=now,
            reason=form.cleaned_data["reason"],
            rulings=form.rulings(),
        )
        if accept:
            return _("%(profile)s is a member, and has been told.") % name
        return _("%(profile)s was declined, and has been told.") % name
    applications.answer_appeal(
        appeal=one.appeal,
        uphold=form.cleaned_data["uphold"] == "yes",
        reason=form.cleaned_data["reason"],
        by=request.user,
        now=now,
    )
    return _("The appeal is answered, and %(profile)s has been told.") % name


# --- Groups ----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_OR_POST)
def group_new(request: HttpRequest, slug: str) -> HttpResponse:
    network = coordinated(request, slug)
    form = GroupForm(request.POST if request.method == "POST" else None, initial={"kind": Group.Kind.THEMATIC})
    if request.method == "POST" and form.is_valid():
        try:
            made = groups.make_group(network=network, plan=form.plan(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("The group is made. Choose who is in it."))
            return redirect("network_group_members", slug=slug, pk=made.pk)
    return _group_form(request, network, form, None)


@login_required
@require_http_methods(GET_OR_POST)
def group_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    network = coordinated(request, slug)
    found: Group = get_object_or_404(Group, network=network, pk=pk)
    initial = {name: getattr(found, name) for name in GroupForm.base_fields}
    form = GroupForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            groups.edit_group(group=found, plan=form.plan(), by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("network_group", slug=slug, pk=pk)
    return _group_form(request, network, form, found)


def _group_form(request: HttpRequest, network: Network, form: GroupForm, group: Group | None) -> HttpResponse:
    context = {"network": network, "form": form, "group": group}
    return render(request, "networks/groups/form.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(GET_OR_POST)
def group_members(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Who is in the group and who chairs it."""
    network = coordinated(request, slug)
    found: Group = get_object_or_404(Group, network=network, pk=pk)
    standing = queries.every_membership(network).filter(state__in=Membership.STANDING)
    form = GroupMembersForm(request.POST if request.method == "POST" else None, group=found, members=standing)
    if request.method == "POST" and form.is_valid():
        try:
            groups.set_members(
                group=found,
                members=list(form.cleaned_data["members"]),
                chair=form.cleaned_data["chair"],
                by=request.user,
                now=timezone.now(),
            )
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Saved. Those who are new in the group are told."))
            return redirect("network_group", slug=slug, pk=pk)
    context = {"network": network, "group": found, "form": form, "has_members": standing.exists()}
    return render(request, "networks/groups/members.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def group_end(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    network = coordinated(request, slug)
    found: Group = get_object_or_404(Group, network=network, pk=pk)
    return press(
        request,
        lambda: groups.end_group(group=found, by=request.user, now=timezone.now()),
        _("The group has ended. Its page stays."),
        network,
    )


@login_required
@require_POST
def group_renew(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    network = coordinated(request, slug)
    found: Group = get_object_or_404(Group.objects.select_related("network"), network=network, pk=pk)
    return press(
        request,
        lambda: groups.renew_term(group=found, by=request.user, now=timezone.now()),
        _("The term is renewed for a year."),
        found,
    )


@login_required
@require_POST
def group_leave(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """A member's own leaving; for others the row does not exist."""
    own = Membership.objects.of_user(request.user)
    member: GroupMember = get_object_or_404(
        GroupMember.objects.select_related("membership", "group__network"),
        group__network__slug=slug,
        membership__in=own,
        pk=pk,
    )
    return press(
        request,
        lambda: groups.leave_group(member=member, by=request.user, now=timezone.now()),
        _("You have left the group."),
        member.group.network,
    )
