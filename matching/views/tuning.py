"""How suggestions are made: what is in force, choosing otherwise, and all that was in force before."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import DomainError
from core.forms import add_domain_error
from matching import services, tuned
from matching.forms import TuningForm
from matching.forms.tuning import initial_of
from matching.models import Tuning
from matching.tuning_words import kinds_in_words, measured, picture, role_rules, tell

coordinator_only = permission_required("accounts.coordinate", raise_exception=True)
ROWS = 20


@coordinator_only
@require_http_methods(["GET", "POST"])
def tuning(request: HttpRequest) -> HttpResponse:
    row = tuned.in_force()
    form = TuningForm(request.POST or None, initial=initial_of(row))
    if request.method == "POST" and form.is_valid():
        try:
            services.choose_tuning(**form.cleaned_data, by=request.user, now=timezone.now())
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("In force. The lists are made anew by it; until then the old ones serve."))
            return redirect("tuning")
    rows = Tuning.objects.newest_first().select_related("by", "restores")
    page = Paginator(rows, ROWS).get_page(request.GET.get("page"))
    levels = measured(row)
    context = {
        "form": form,
        "told": tell(row),
        "page": page,
        "rows": [tell(one) for one in page.object_list],
        "before": tuned.key_before(row),
        "default": tell(Tuning()),
        "levels": levels,
        "picture": picture(row, levels),
        "role_rules": role_rules(),
        "kinds": kinds_in_words(),
    }
    return render(request, "matching/tuning.html", context, status=422 if form.errors else 200)


@coordinator_only
@require_POST
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """0 is how the product came."""
    earlier = get_object_or_404(Tuning, pk=pk) if pk else None
    try:
        services.restore_tuning(earlier=earlier, by=request.user, now=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Brought back. The lists are made anew by it; until then the old ones serve."))
    return redirect("tuning")
