"""A model's advice where people work: beside the form that was started from it."""

from __future__ import annotations

from typing import Any

from catalogue.models import OperatingModel
from catalogue.vocabulary import ADVICE_STEPS, STEP_WORDS

# A form that was opened from no model shows the advice of the model that is about just that.
GENERAL = {
    "event": "events-and-themed-sessions",
    "network": "networking-support",
    "profile_import": "companies-in-strategy-work",
    "student_work": "summer-workers",
    "purchase": "responsible-procurement",
}


def guidance_for(model: OperatingModel, form_key: str, language: str | None = None) -> dict[str, str]:
    """The model's advice for one form, step by step in the form's order: {"title": "…", "time": "…"}.

    Empty when the model has none for that form. `language` is the reader's when not given.
    """
    advice: dict[str, str] = model.text(language).advice
    found = {step: advice.get(f"{form_key}.{step}", "") for step in ADVICE_STEPS.get(form_key, ())}
    return {step: text for step, text in found.items() if text}


def advice_list(model: OperatingModel, form_key: str) -> list[dict[str, str]]:
    """The same for a page: [{step, word, text}]."""
    return [
        {"step": step, "word": str(STEP_WORDS[f"{form_key}.{step}"]), "text": text}
        for step, text in guidance_for(model, form_key).items()
    ]


def model_of_request(request: Any) -> OperatingModel | None:
    """The model that a form was started from (`?model=slug`, or a field `model` that the form carries on), or None."""
    return model_by_slug(str(request.POST.get("model") or request.GET.get("model") or ""))


def model_by_slug(slug: str) -> OperatingModel | None:
    """The model with its texts; None for a slug that there is not, whatever a stranger put in it."""
    if not slug or "\x00" in slug:
        return None
    return OperatingModel.objects.with_texts().filter(slug=slug[:80]).first()


def general_model(form_key: str) -> OperatingModel | None:
    """The model whose advice a form shows when it was started from none."""
    return model_by_slug(GENERAL.get(form_key, ""))
