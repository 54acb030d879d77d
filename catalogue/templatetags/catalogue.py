"""A model's advice for other apps' templates: `{% load catalogue %}`."""

from __future__ import annotations

from typing import Any

from django import template

from catalogue.guidance import advice_list, guidance_for
from catalogue.models import OperatingModel
from core import modules

register = template.Library()


@register.inclusion_tag("catalogue/advice.html")
def model_advice(model: OperatingModel | None, step: str) -> dict[str, Any]:
    """One step's advice, beside its field: `{% model_advice model "event.title" %}`. Nothing without a model."""
    model = model if modules.is_on("catalogue") else None
    form_key, _dot, name = step.partition(".")
    return {"text": guidance_for(model, form_key).get(name, "") if model else "", "model": model}


@register.inclusion_tag("catalogue/guidance.html")
def model_guidance(model: OperatingModel | None, form_key: str) -> dict[str, Any]:
    """All of a form's advice in one panel, with a link to the model: `{% model_guidance model "event" %}`."""
    model = model if modules.is_on("catalogue") else None
    return {"model": model, "advice": advice_list(model, form_key) if model else [], "form_key": form_key}
