"""A municipality's shelf: for its own representatives."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Profile
from catalogue import queries
from catalogue.forms import ShelfForm
from catalogue.models import OperatingModel, ShelfItem
from catalogue.rules import may_keep_shelf
from catalogue.services import remove_from_shelf, save_shelf_item
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import reader_language


def _own_municipality(request: HttpRequest, profile: str) -> Profile:
    """The profile whose shelf this is. One who does not keep it is told that there is nothing here."""
    found = get_object_or_404(Profile, slug=profile, kind=Profile.Kind.MUNICIPALITY)
    if not may_keep_shelf(request.user, found):
        raise Http404
    return found


@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The way to one's shelf: straight there when there is one, a choice when there are several."""
    municipalities = queries.municipalities_of(request.user)
    if len(municipalities) == 1:
        return redirect("model_shelf", profile=municipalities[0].slug)
    return render(request, "catalogue/shelf_choice.html", {"municipalities": municipalities})


@login_required
@require_safe
def shelf(request: HttpRequest, profile: str) -> HttpResponse:
    municipality = _own_municipality(request, profile)
    return render(
        request, "catalogue/shelf.html", {"municipality": municipality, "items": queries.shelf_of(municipality)}
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, profile: str, slug: str) -> HttpResponse:
    municipality = _own_municipality(request, profile)
    model = get_object_or_404(OperatingModel.objects.with_texts(), slug=slug)
    stored = ShelfItem.objects.filter(profile=municipality, model=model).first()
    initial = {"state": ShelfItem.State.CONSIDERING, "learnt_language": reader_language()}
    if stored:
        initial = {name: getattr(stored, name) for name in ShelfForm.base_fields}
    form = ShelfForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_shelf_item(profile=municipality, model=model, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("“%(model)s” is on your shelf.") % {"model": model.title})
            return redirect("model_shelf", profile=municipality.slug)
    context = {"municipality": municipality, "model": model, "item": stored, "form": form}
    return render(request, "catalogue/shelf_item.html", context)


@login_required
@require_POST
def remove(request: HttpRequest, profile: str, slug: str) -> HttpResponse:
    municipality = _own_municipality(request, profile)
    stored = get_object_or_404(
        ShelfItem.objects.select_related("model", "profile"), profile=municipality, model__slug=slug
    )
    remove_from_shelf(item=stored, by=request.user, now=timezone.now())
    messages.success(request, _("The model was taken off your shelf."))
    return redirect("model_shelf", profile=municipality.slug)
