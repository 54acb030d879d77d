"""Topics: the list, a topic's page, writing one, the school's word, applying, choosing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Profile
from core.errors import DomainError
from core.forms import add_domain_error
from core.text import reader_language
from studies.forms.theses import ApplyForm, SaidForm, TopicFilterForm, TopicForm, initial_of, told_checks
from studies.models import Topic, TopicApplication
from studies.queries import theses as queries
from studies.rules import theses as rules
from studies.services import theses_applying, theses_topics
from studies.views.starting import advice, begun_for
from themes.forms import ThemesField
from themes.queries import propose_themes

A_PAGE = 20
GET_OR_POST = ["GET", "HEAD", "POST"]


@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    seen = queries.listed(request.user, timezone.now())
    form = TopicFilterForm(request.GET, known=queries.filter_choices(seen))
    chosen = form.chosen()
    page = Paginator(queries.filtered(seen, chosen), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "studies/topics/list.html", {"filters": form, "chosen": chosen, "page": page})


def topic_of_request(request: HttpRequest, pk: int) -> Topic:
    """What one may not see is not there."""
    found = get_object_or_404(Topic.objects.select_related("profile", "school", "supervisor"), pk=pk)
    if not rules.may_see_topic(request.user, found, timezone.now()):
        raise Http404
    return found


@require_safe
def topic(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, topic_of_request(request, pk))


def _page(request: HttpRequest, topic: Topic, form: forms.Form | None = None) -> HttpResponse:
    """The topic for whoever reads it; `form` is one that was sent and has something to be corrected."""
    user, now = request.user, timezone.now()
    writes, looks = rules.may_write_topic(user, topic), rules.may_look_at_topic(user, topic)
    mine = topic.applications.filter(profile__in=Profile.objects.represented_by(user)).select_related("profile").first()
    is_student = not topic.is_by_student
    profiles = rules.profiles_to_apply(user, topic) if user.is_authenticated else Profile.objects.none()
    may_apply = topic.is_open(now) and not writes and profiles.exists() and (mine is None or mine.state != "sent")
    apply_form = form if isinstance(form, ApplyForm) else ApplyForm(profiles=profiles, is_student=is_student, initial={"profile": profiles.first()})  # fmt: skip  # noqa: E501 (one line)
    applications = topic.applications.filter(state__in=["sent", "chosen"]).select_related("profile") if writes else []
    thesis = topic.theses.select_related("student", "company", "school").order_by("-pk").first()
    context = {
        "topic": topic,
        "form": form,
        "themes": [one.tag for one in topic.theme_items.select_related("tag") if one.tag.state == one.tag.State.ACTIVE],
        "writes": writes,
        "looks": looks,
        "knows_offerer": not topic.is_by_student or writes or looks,
        "may_change": writes and topic.state != Topic.State.CLOSED and (thesis is None or not thesis.is_ongoing),
        "is_open": topic.is_open(now),
        "mine": mine,
        "apply_form": apply_form if may_apply else None,
        "said_form": form if isinstance(form, SaidForm) else SaidForm(),
        "checked": told_checks(topic) if writes else [],
        "applications": applications,
        "thesis": thesis if thesis is not None and rules.side_of(user, thesis) is not None else None,
    }
    return render(request, "studies/topics/topic.html", context, status=422 if form is not None else 200)


@login_required
@require_http_methods(GET_OR_POST)
def topic_new(request: HttpRequest) -> HttpResponse:
    """Five plain questions; a draft is made, which its writer sends to the school."""
    offers = rules.profiles_to_offer(request.user)
    if not offers.exists():
        return render(request, "studies/topics/cannot_offer.html")
    if request.method != "POST":
        language, profile = reader_language(), begun_for(request, offers)
        start = {"language": language, "work_language": language, "level": "applied", "profile": profile}
        start["municipality"] = profile.municipality if profile else ""
        return _form_page(request, TopicForm(user=request.user, offers=offers, initial=start), None)
    form = TopicForm(request.POST, user=request.user, offers=offers)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, None)
    try:
        made = theses_topics.offer_topic(
            plan=form.plan(), profile=form.cleaned_data["profile"], by=request.user, now=timezone.now(),
            key=form.cleaned_data["once"] or None,
        )  # fmt: skip
    except DomainError as error:
        add_domain_error(form, error)
        return _form_page(request, form, None)
    messages.success(request, _("Saved as a draft. Read it once, and send it to the school."))
    return redirect(made)


@login_required
@require_http_methods(GET_OR_POST)
def topic_edit(request: HttpRequest, pk: int) -> HttpResponse:
    topic = topic_of_request(request, pk)
    if not rules.may_write_topic(request.user, topic):
        raise PermissionDenied
    own = Profile.objects.filter(pk=topic.profile_id)
    if request.method != "POST":
        form = TopicForm(
            user=request.user, offers=own, topic=topic, initial=initial_of(topic), stamp=str(topic.version)
        )
        return _form_page(request, form, topic)
    form = TopicForm(request.POST, user=request.user, offers=own, topic=topic)
    if ThemesField.is_looking(form) or not form.is_valid():
        return _form_page(request, form, topic)
    try:
        topic = theses_topics.change_topic(
            topic=topic, plan=form.plan(), by=request.user, now=timezone.now(), version=form.seen
        )
    except DomainError as error:
        form.refuse(error, Topic.objects.values_list("version", flat=True).get(pk=pk))
        return _form_page(request, form, topic)
    messages.success(request, _("Saved."))
    return redirect(topic)


def _form_page(request: HttpRequest, form: TopicForm, topic: Topic | None) -> HttpResponse:
    themes = form.fields["themes"]
    assert isinstance(themes, ThemesField)
    words = " ".join(str(field.value() or "") for field in [form["title"], *form.questions])
    themes.propose(propose_themes(words[:20_000]) if words.strip() else [])
    context = {"form": form, "topic": topic, **(advice(request) if topic is None else {"advised": None})}
    return render(request, "studies/topics/form.html", context, status=422 if form.errors else 200)


# --- Presses ---------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def topic_act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """One service call of a topic; refused at a form's field, the page comes back with what was written."""
    topic = topic_of_request(request, pk)
    if act not in ACTS:
        raise Http404
    return ACTS[act](request, topic)


def _press(service: Callable[..., Any], said: str) -> Callable[[HttpRequest, Topic], HttpResponse]:
    def act(request: HttpRequest, topic: Topic) -> HttpResponse:
        try:
            service(topic=topic, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, said or _("Done."))
        return redirect(topic)

    return act


def _answer(service: Callable[..., Any], *, says: bool = True) -> Callable[[HttpRequest, Topic], HttpResponse]:
    def more(form: SaidForm) -> dict[str, str]:
        return {"said": form.cleaned_data["said"]} if says else {}

    def act(request: HttpRequest, topic: Topic) -> HttpResponse:
        form = SaidForm(request.POST)
        if form.is_valid():
            try:
                service(topic=topic, checks=form.checks(), by=request.user, now=timezone.now(), **more(form))
            except DomainError as error:
                add_domain_error(form, error)
            else:
                messages.success(request, _("Sent.") if says else _("Done."))
                return redirect(topic)
        return _page(request, topic, form)

    return act


def _apply(request: HttpRequest, topic: Topic) -> HttpResponse:
    profiles = rules.profiles_to_apply(request.user, topic)
    form = ApplyForm(request.POST, profiles=profiles, is_student=not topic.is_by_student)
    if form.is_valid():
        try:
            theses_applying.apply(topic=topic, by=request.user, now=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            add_domain_error(form, error)
        else:
            messages.success(request, _("Sent. You hear as soon as somebody is chosen."))
            return redirect(topic)
    return _page(request, topic, form)


def _of_application(service: Callable[..., Any]) -> Callable[[HttpRequest, Topic], HttpResponse]:
    def act(request: HttpRequest, topic: Topic) -> HttpResponse:
        number = request.POST.get("application", "")
        application = TopicApplication.objects.filter(topic=topic, pk=number if number.isdecimal() else 0).first()
        if application is None:
            raise Http404
        try:
            made = service(application=application, by=request.user, now=timezone.now())
        except DomainError as error:
            messages.error(request, str(error))
            return redirect(topic)
        messages.success(request, _("Done."))
        return redirect(made if service is theses_applying.choose else topic)

    return act


ACTS: dict[str, Callable[[HttpRequest, Topic], HttpResponse]] = {
    "send": _press(theses_topics.send_to_school, ""),
    "approve": _answer(theses_topics.approve, says=False),
    "close": _press(theses_topics.close_topic, ""),
    "change": _answer(theses_topics.ask_for_change),
    "decline": _answer(theses_topics.decline),
    "apply": _apply,
    "withdraw": _of_application(theses_applying.withdraw),
    "choose": _of_application(theses_applying.choose),
}
