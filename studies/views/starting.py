"""From what a form is begun: for which of one's own, and from which operating model."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from accounts.models import Profile
from catalogue.guidance import general_model, model_of_request
from catalogue.models import OperatingModel


def advice(request: HttpRequest) -> dict[str, Any]:
    """The model that the form was started from, and the one whose advice it shows."""
    model = model_of_request(request)
    return {"model": model, "advised": model or general_model("student_work")}


def model_along(request: HttpRequest) -> OperatingModel | None:
    """On the place of student work: the model with which somebody came from the catalogue goes along."""
    return model_of_request(request) if request.GET.get("model") else None


def begun_for(request: HttpRequest, own: Any) -> Profile | None:
    """The one that the address names (`?for=`), else the first."""
    found: Profile | None = own.filter(slug=request.GET.get("for", "")[:80]).first() or own.first()
    return found
