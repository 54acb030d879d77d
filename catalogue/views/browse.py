"""Reading the catalogue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalogue import guide, queries, rules, starts
from catalogue.files import SOURCE
from catalogue.forms import CompareForm, FilterForm, FitForm
from catalogue.guidance import advice_list
from catalogue.models import Category, OperatingModel
from catalogue.vocabulary import Aim, Effort
from catalogue.words import reason_words

SHOWN_FITTING, SHOWN_ALMOST = 6, 3


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    slugs = Category.objects.values_list("slug", flat=True) if request.GET.get("category") else []
    form = FilterForm(request.GET)
    filters = form.filters(slugs)
    found = queries.browse(filters)
    context = {
        "filters": filters,
        "found": found,
        "unknown": bool(form.errors),
        "aims": [(key, word, found.aims.get(key, 0)) for key, word in Aim.choices],
        "efforts": [(key, word, found.efforts.get(key, 0)) for key, word in Effort.choices],
        "starts": starts.registered(),
    }
    return render(request, "catalogue/browse.html", context)


@require_safe
def model(request: HttpRequest, slug: str) -> HttpResponse:
    found = get_object_or_404(OperatingModel.objects.with_texts(), slug=slug)
    offers = starts.offers_for(found, request.user)
    municipalities = queries.municipalities_of(request.user)
    context = {
        "model": found,
        "text": found.text(),
        "source": SOURCE,
        "offers": offers,
        "may_start": any(offer.allowed for offer in offers),
        "advice": [(offer.start, advice_list(found, offer.start.key)) for offer in offers],
        "shared": queries.shared_items(found, request.user),
        "own": queries.own_items(found, municipalities) if municipalities else [],
        "may_edit": rules.may_edit_models(request.user),
    }
    return render(request, "catalogue/model.html", context)


@require_safe
def compare(request: HttpRequest) -> HttpResponse:
    models = queries.all_models()
    form = CompareForm(request.GET, models)
    chosen = form.chosen() if form.is_valid() else []
    context = {
        "form": form,
        "columns": [{"model": m, "text": m.text(), "starts": starts.starts_of(m)} for m in chosen],
    }
    return render(request, "catalogue/compare.html", context)


@require_safe
def fit(request: HttpRequest) -> HttpResponse:
    """The questions, and under them, once one is answered, the models that fit."""
    asked = any(key in request.GET for key in ("size", "time", "aim", "go"))
    form = FitForm(request.GET if asked else None)
    context: dict[str, object] = {"form": form, "answered": False}
    if asked and form.is_valid():
        models = {m.slug: m for m in queries.all_models()}
        ranked = guide.rank(queries.candidates(models.values()), form.answers())
        rows = [
            {"model": models[r.slug], "text": models[r.slug].text(), "fits": r.fits, "words": reason_words(r)}
            for r in ranked
        ]
        fitting = [row for row in rows if row["fits"]]
        context |= {
            "answered": True,
            "fitting": fitting[:SHOWN_FITTING],
            "more": len(fitting[SHOWN_FITTING:]),
            "almost": [row for row in rows if not row["fits"]][:SHOWN_ALMOST],
        }
    return render(request, "catalogue/fit.html", context)
