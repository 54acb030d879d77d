"""The catalogue: categories, operating models, and each model's texts."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from catalogue.vocabulary import LANGUAGES, STARTS, Aim, Caution, Effort, Scope, Size, StaffTime
from core import places
from core.models import in_language
from core.text import LANGUAGE_CHOICES, reader_language


class Category(models.Model):
    slug = models.SlugField(max_length=60, unique=True)
    order = models.PositiveSmallIntegerField()
    name_fi = models.CharField(max_length=80)
    name_sv = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    intro_fi = models.CharField(max_length=240, blank=True)
    intro_sv = models.CharField(max_length=240, blank=True)
    intro_en = models.CharField(max_length=240, blank=True)

    class Meta:
        ordering = ["order", "pk"]
        verbose_name = _("category")
        verbose_name_plural = _("categories")

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def intro(self) -> str:
        return in_language(self, "intro")


class OperatingModelQuerySet(models.QuerySet["OperatingModel"]):
    def with_texts(self, language: str | None = None) -> OperatingModelQuerySet:
        """With category and texts, in two queries however many models. With a language, only that one's texts."""
        texts = ModelText.objects.all()
        if language:
            texts = texts.filter(language=language[:2])
        return self.select_related("category").prefetch_related(models.Prefetch("texts", queryset=texts))


class OperatingModel(models.Model):
    """A way of working with companies that a municipality can take up. Facts here, words in `ModelText`."""

    slug = models.SlugField(max_length=80, unique=True)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, related_name="models")
    order = models.PositiveSmallIntegerField()
    scope = models.JSONField(default=list, help_text="keys of Scope")
    effort = models.PositiveSmallIntegerField(choices=Effort.choices)
    staff_time = models.CharField(max_length=12, choices=StaffTime.choices)
    aims = models.JSONField(default=list, help_text="keys of Aim, the main one first")
    suits = models.JSONField(default=list, help_text="keys of Size")
    serves = models.JSONField(default=list, help_text="what can be started from it")
    source_date = models.DateField(help_text="when the page that it was retold from was last changed")
    cautions = models.JSONField(default=list, help_text="[{kind, fi, sv, en}]")
    places = models.JSONField(default=list, help_text="[{name: {fi, sv, en}, what: {fi, sv, en}, where: [codes]}]")
    from_file = models.JSONField(default=dict, editable=False, help_text="what the file said at the last loading")
    version = models.PositiveIntegerField(default=1, help_text="goes up at each change; a stale form is told by it")
    changed_at = models.DateTimeField()

    objects = OperatingModelQuerySet.as_manager()

    class Meta:
        ordering = ["category__order", "order", "pk"]
        verbose_name = _("operating model")
        verbose_name_plural = _("operating models")
        constraints = [
            models.CheckConstraint(condition=models.Q(effort__in=Effort.values), name="catalogue_model_effort_known"),
            models.CheckConstraint(
                condition=models.Q(staff_time__in=StaffTime.values), name="catalogue_model_staff_time_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("model", kwargs={"slug": self.slug})

    def text(self, language: str | None = None) -> ModelText:
        """The texts in the asked (or the reader's) language, or in the first language there is."""
        wanted = (language or get_language() or "fi")[:2]
        found = {text.language: text for text in self.texts.all()}
        for code in (wanted, *LANGUAGES):
            if code in found:
                return found[code]
        return ModelText(model=self, language=wanted, title=self.slug)

    @property
    def title(self) -> str:
        return self.text().title

    @property
    def scope_words(self) -> list[str]:
        return [str(Scope(key).label) for key in self.scope]

    @property
    def effort_word(self) -> str:
        return str(Effort(self.effort).label)

    @property
    def aim_words(self) -> list[str]:
        return [str(Aim(key).label) for key in self.aims]

    @property
    def size_words(self) -> list[str]:
        return [str(Size(key).label) for key in Size.values if key in self.suits]

    @property
    def caution_list(self) -> list[dict[str, str]]:
        """Cautions for the page: {kind, word, text} in the reader's language."""
        wanted = reader_language()
        return [
            {"kind": c["kind"], "word": str(Caution(c["kind"]).label), "text": c.get(wanted) or c.get("fi", "")}
            for c in self.cautions
        ]

    @property
    def place_list(self) -> list[dict[str, str]]:
        """Places for the page: {name, what, where} in the reader's language; `where` is municipalities or a region."""
        wanted = reader_language()
        return [
            {
                "name": p["name"].get(wanted) or p["name"].get("fi", ""),
                "what": p["what"].get(wanted) or p["what"].get("fi", ""),
                "where": ", ".join(place_name(code) for code in p["where"]),
            }
            for p in self.places
        ]

    @property
    def starts(self) -> list[str]:
        return [key for key in STARTS if key in self.serves]


def place_name(code: str) -> str:
    """A municipality's name (three digits) or a region's (two)."""
    return places.name(code) if len(code) == 3 else places.region_name(code)


class ModelText(models.Model):
    """A model's words in one language."""

    model = models.ForeignKey(OperatingModel, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=2, choices=LANGUAGE_CHOICES)
    title = models.CharField(max_length=120)
    line = models.CharField(max_length=120)
    what = models.TextField()
    why_municipality = models.TextField()
    why_company = models.TextField()
    steps = models.JSONField(default=list, help_text="[{title, text}]")
    takes = models.TextField()
    advice = models.JSONField(default=dict, help_text='{"event.title": "…"}')
    search_terms = models.TextField(blank=True, editable=False)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["model", "language"], name="catalogue_modeltext_language_once"),
        ]

    def __str__(self) -> str:
        return self.title


def fields_of(model: OperatingModel) -> dict[str, Any]:
    """Everything of a model that a file or an editor sets, as JSON-ready values by field name ("effort", "fi.what")."""
    from catalogue.vocabulary import FACT_FIELDS, TEXT_FIELDS

    values: dict[str, Any] = {}
    for name in FACT_FIELDS:
        value = getattr(model, name)
        values[name] = value.isoformat() if isinstance(value, date) else value
    for text in model.texts.all():
        for name in TEXT_FIELDS:
            values[f"{text.language}.{name}"] = getattr(text, name)
    return values
