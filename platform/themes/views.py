"""Pages of themes: the vocabulary, a theme, proposing one, and deciding on proposals."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core import panels
from core.errors import DomainError
from core.forms import add_domain_error, is_fragment
from core.text import LANGUAGES, reader_language
from themes import forms, queries, services
from themes.models import Theme
from themes.rules import may_become, may_manage_themes, may_see_theme


@require_GET
def themes(request: HttpRequest) -> HttpResponse:
    """The whole vocabulary, or what a search finds in it."""
    query = request.GET.get("q", "").strip()[:100]
    context: dict[str, Any] = {"query": query, "may_manage": may_manage_themes(request.user)}
    if query:
        context["found"] = queries.find_themes(query, limit=40)
    else:
        context["branches"] = queries.branches()
    if context["may_manage"]:
        context["waiting"] = queries.open_proposals().count()
    return render(request, "themes/themes.html", context)


@require_GET
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """A theme, and what other apps have to show of it. A merged theme leads to the one that it became."""
    shown = get_object_or_404(Theme.objects.select_related("parent", "merged_into"), slug=slug)
    if not may_see_theme(request.user, shown):
        raise Http404
    if shown.merged_into is not None:
        return redirect(shown.merged_into, permanent=True)
    children = list(shown.children.filter(state=Theme.State.ACTIVE)) if shown.parent_id is None else []
    context = {
        "theme": shown,
        "children": sorted(children, key=lambda child: child.label.casefold()),
        "others": _names_elsewhere(shown),
        "panels": panels.render("theme", request, shown) if shown.state == Theme.State.ACTIVE else [],
        "may_manage": may_manage_themes(request.user),
    }
    return render(request, "themes/theme.html", context)


@require_GET
def find(request: HttpRequest) -> HttpResponse:
    """What the picker shows while one types: boxes to tick."""
    name = request.GET.get("name", "themes")
    if not forms.FIELD_NAME.fullmatch(name):
        raise Http404
    ticked, shown = forms.picked(request.GET, name)
    query = request.GET.get(f"{name}_find", "").strip()[:100]
    context = {"name": name, "found": forms.choices_found(query, ticked, shown), "query": query}
    if not is_fragment(request):
        return redirect("themes")
    return render(request, "themes/picker_found.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Propose a theme that is missing; below, one's own proposals and what became of them."""
    start = {"language": reader_language(), "name": request.GET.get("name", "")[:100]}
    form = forms.ProposeThemeForm(request.POST or None, initial=start)
    existing: Theme | None = None
    if request.method == "POST" and form.is_valid():
        try:
            services.propose_theme(
                name=form.cleaned_data["name"],
                language=form.cleaned_data["language"],
                parent=form.cleaned_data["parent"],
                note=form.cleaned_data["note"],
                by=request.user,
                now=timezone.now(),
            )
        except services.ThemeExists as error:
            existing = error.theme if may_see_theme(request.user, error.theme) else None
            add_domain_error(form, error)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Your proposal is with the coordinator. You see here what becomes of it."))
            return redirect("theme_propose")
    context = {"form": form, "existing": existing, "own": queries.proposals_of(request.user)[:20]}
    return render(request, "themes/propose.html", context)


@login_required
@require_GET
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a coordinator's decision."""
    _only_managers(request)
    return render(request, "themes/proposals.html", {"waiting": queries.open_proposals()})


@login_required
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One proposal: take it into use, merge it into a theme that is there, or refuse it."""
    _only_managers(request)
    proposal = get_object_or_404(Theme.objects.select_related("proposed_by", "parent"), pk=pk)
    if proposal.state != Theme.State.PROPOSED:
        messages.info(request, services.AlreadyDecided().message)
        return redirect("theme_proposals")
    near = queries.near_themes(proposal)
    doing = request.POST.get("do", "")
    accept = forms.AcceptThemeForm(request.POST if doing == "accept" else None, initial=_as_proposed(proposal))
    merge = forms.MergeThemeForm(request.POST if doing == "merge" else None, theme=proposal, suggested=near)
    done = _decide(request, doing, proposal, accept, merge)
    if done:
        messages.success(request, done)
        return redirect("theme_proposals")
    context = {
        "proposal": proposal,
        "near": near,
        "uses": queries.count_uses(proposal),
        "accept": accept,
        "merge": merge,
        # The page's error summary is of the form that was sent.
        "form": merge if doing == "merge" else accept,
    }
    return render(request, "themes/proposal.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, slug: str) -> HttpResponse:
    """Merge a theme in use into another."""
    _only_managers(request)
    merged = get_object_or_404(Theme, slug=slug)
    if not may_become(merged, Theme.State.MERGED):
        raise Http404
    form = forms.MergeThemeForm(request.POST or None, theme=merged)
    if request.method == "POST" and form.is_valid():
        try:
            into = form.chosen()
            services.merge_theme(theme=merged, into=into, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Merged. What was tagged with the old theme is now here."))
            return redirect(into)
    context = {"theme": merged, "form": form, "uses": queries.count_uses(merged)}
    return render(request, "themes/merge.html", context)


def _decide(
    request: HttpRequest,
    doing: str,
    proposal: Theme,
    accept: forms.AcceptThemeForm,
    merge: forms.MergeThemeForm,
) -> str:
    """Carry out what was pressed; says what was done, or nothing if it was not."""
    now = timezone.now()
    form = merge if doing == "merge" else accept
    try:
        if doing == "accept" and accept.is_valid():
            services.accept_proposal(
                theme=proposal,
                names=accept.names(),
                parent=accept.cleaned_data["parent"],
                synonyms=accept.synonyms(),
                by=request.user,
                now=now,
            )
            return _("The theme is in use.")
        if doing == "merge" and merge.is_valid():
            services.merge_theme(theme=proposal, into=merge.chosen(), by=request.user, now=now)
            return _("The proposal was merged.")
        if doing == "reject":
            services.reject_proposal(theme=proposal, by=request.user, now=now)
            return _("The proposal was not taken.")
    except services.AlreadyDecided as error:
        return str(error)
    except DomainError as error:
        add_domain_error(form, error)
    return ""


def _only_managers(request: HttpRequest) -> None:
    if not may_manage_themes(request.user):
        raise PermissionDenied


def _as_proposed(proposal: Theme) -> dict[str, Any]:
    return {
        "name_fi": proposal.name_fi,
        "name_sv": proposal.name_sv,
        "name_en": proposal.name_en,
        "parent": proposal.parent_id,
    }


def _names_elsewhere(theme: Theme) -> list[tuple[str, str]]:
    """(language, name) in the languages that the reader is not reading."""
    reader = reader_language()
    names = [(code, getattr(theme, f"name_{code}")) for code in LANGUAGES if code != reader]
    return [(code, name) for code, name in names if name and name != theme.label]
