"""*Start here*, and the advice that follows to where people work."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.test import RequestFactory

from accounts.models import Profile, User
from catalogue import guidance, register, starts
from catalogue.models import OperatingModel
from catalogue.services import edit_model, save_shelf_item
from catalogue.vocabulary import ADVICE_STEPS
from tests.catalogue.people import NOW


def make_start(key: str, **values: object) -> starts.Start:
    fields = {
        "label": key,
        "short": key,
        "hint": key,
        "url": lambda: f"/fi/{key}/?a=1",
        "allowed": lambda user: user.is_authenticated,
        "refused": "Ei sinulle.",
    }
    return starts.Start(key=key, **(fields | values))  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def _own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(starts, "_registry", {})


def test_the_link_carries_the_model(label: OperatingModel) -> None:
    assert make_start("event").url_for(label) == "/fi/event/?a=1&model=responsibility-label"


def test_only_what_the_model_serves_is_offered_allowed_first(label: OperatingModel, stranger: User) -> None:
    starts.register(make_start("event", allowed=lambda user: False, order=1))
    starts.register(make_start("profile_import", order=2))
    starts.register(make_start("student_work", order=3))
    offers = starts.offers_for(label, stranger)
    assert [(offer.start.key, offer.allowed) for offer in offers] == [("profile_import", True), ("event", False)]
    assert [offer.allowed for offer in starts.offers_for(label, AnonymousUser())] == [False, False]


def test_registering_again_replaces(label: OperatingModel) -> None:
    starts.register(make_start("event", label="Ensin"))
    starts.register(make_start("event", label="Sitten"))
    assert [start.label for start in starts.starts_of(label)] == ["Sitten"]


def test_the_catalogue_registers_the_import_for_coordinators(stranger: User) -> None:
    register.all_places()
    start = starts.registered()["profile_import"]
    coordinator = User.objects.create_user("coordinator@example.fi", is_coordinator=True)
    assert start.allowed(coordinator)
    assert not start.allowed(stranger)
    assert not start.allowed(AnonymousUser())


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_guidance_gives_every_step_in_the_forms_order(label: OperatingModel, language: str) -> None:
    found = guidance.guidance_for(label, "event", language)
    assert tuple(found) == ADVICE_STEPS["event"]
    assert found["title"] == label.text(language).advice["event.title"]


def test_guidance_is_empty_for_what_the_model_does_not_serve(label: OperatingModel) -> None:
    assert guidance.guidance_for(label, "student_work") == {}
    assert guidance.guidance_for(label, "unheard_of") == {}


def test_guidance_follows_an_editors_change(label: OperatingModel, editor: User) -> None:
    advice = label.text("fi").advice | {"event.title": "Uusi neuvo."}
    edit_model(model=label, values={"fi.advice": advice}, by=editor, now=NOW)
    model = OperatingModel.objects.with_texts().get(pk=label.pk)
    assert guidance.guidance_for(model, "event", "fi")["title"] == "Uusi neuvo."


@pytest.mark.parametrize(
    ("query", "found"),
    [("model=responsibility-label", True), ("model=nothing", False), ("", False), ("model=%00", False)],
)
def test_a_form_knows_which_model_it_was_started_from(
    label: OperatingModel, rf: RequestFactory, query: str, found: bool
) -> None:
    assert bool(guidance.model_of_request(rf.get(f"/?{query}"))) is found


def test_a_posted_form_carries_its_model_on(label: OperatingModel, rf: RequestFactory) -> None:
    assert guidance.model_of_request(rf.post("/", {"model": label.slug})) == label


def render(template: str, **context: object) -> str:
    return Template("{% load catalogue %}" + template).render(Context(context))


def test_advice_stands_beside_a_field(label: OperatingModel) -> None:
    html = render('{% model_advice model "event.round" %}', model=label)
    assert label.text("fi").advice["event.round"] in html
    assert render('{% model_advice model "event.unknown" %}', model=label).strip() == ""
    assert render('{% model_advice model "event.round" %}', model=None).strip() == ""


def test_guidance_panel_names_its_model(label: OperatingModel) -> None:
    html = render('{% model_guidance model "profile_import" %}', model=label)
    assert 'href="/fi/models/responsibility-label/"' in html
    assert label.text("fi").advice["profile_import.check"] in html
    assert render('{% model_guidance model "event" %}', model=None).strip() == ""


def test_the_import_page_gets_the_models_advice(label: OperatingModel, rf: RequestFactory) -> None:
    assert register.import_panel(rf.get("/?model=responsibility-label"), None) is not None
    assert register.import_panel(rf.get("/?model=diploma"), None) is None
    assert register.import_panel(rf.get("/"), None) is None


def test_an_import_under_way_remembers_its_model(label: OperatingModel, rf: RequestFactory) -> None:
    batch = SimpleNamespace(model_slug=label.slug)
    assert register.import_panel(rf.get("/"), batch) is not None
    assert register.import_panel(rf.get("/"), SimpleNamespace(model_slug="")) is None


def test_a_municipalitys_profile_shows_what_it_shares(
    label: OperatingModel, mallila: Profile, officer: User, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = AnonymousUser()
    assert register.shelf_panel(request, mallila) is None
    save_shelf_item(profile=mallila, model=label, state="done", by=officer, now=NOW, shared=True)
    panel = register.shelf_panel(request, mallila)
    assert panel is not None
    assert [item.model for item in panel.context["items"]] == [label]
    assert not panel.context["own"]


def test_the_shelf_panel_is_for_municipalities_and_shows_its_own_people_the_way(
    mallila: Profile, officer: User, rf: RequestFactory
) -> None:
    request = rf.get("/")
    request.user = officer
    panel = register.shelf_panel(request, mallila)
    assert panel is not None
    assert panel.context["own"]
    mallila.kind = Profile.Kind.COMPANY
    assert register.shelf_panel(request, mallila) is None


def test_a_persons_export_tells_what_they_changed(
    label: OperatingModel, mallila: Profile, officer: User, editor: User
) -> None:
    edit_model(model=label, values={"effort": 1}, by=editor, now=NOW)
    save_shelf_item(profile=mallila, model=label, state="done", by=officer, now=NOW)
    assert register.export(editor)["edits"] == [
        {"model": "responsibility-label", "at": NOW.isoformat(), "fields": ["effort"]}
    ]
    assert register.export(officer)["shelf"][0]["model"] == "responsibility-label"
    assert register.export(officer)["edits"] == []
