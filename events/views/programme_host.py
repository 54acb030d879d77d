"""The programme as its organiser edits it: sessions, rooms and speakers, each on a page of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from core.errors import DomainError
from core.forms import StampedForm
from events.forms.programme import RoomForm, SessionForm, SpeakerForm
from events.models import Event, Session, Speaker
from events.queries import programme as queries
from events.services import programme as services
from events.services import speaking
from events.views.events_host import hosted

GET_OR_POST = ("GET", "HEAD", "POST")


@login_required
@require_safe
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """All of it at a glance, with the way to each part."""
    event = hosted(request, slug)
    talks = queries.talks_of(event, request.user, shows_all=True)
    context = {
        "event": event,
        "days": queries.days_of(talks),
        "rooms": list(event.rooms.all()),
        "speakers": list(event.speakers.all()),
    }
    return render(request, "events/programme/edit.html", context)


def _edit_page(
    request: HttpRequest,
    event: Event,
    kind: str,
    form: StampedForm,
    save: Callable[[], Any],
    said: str,
    thing: Any = None,
) -> HttpResponse:
    """The form of a session, a room or a speaker; or, when it is saved, what is said and the way back."""
    if request.method == "POST" and form.is_valid():
        try:
            save()
        except DomainError as error:
            form.refuse(error, thing.version if thing else 0)
        else:
            messages.success(request, said)
            return redirect("session_new" if "again" in request.POST else "programme_edit", slug=event.slug)
    context = {"event": event, "form": form, "kind": kind, "thing": thing}
    return render(request, f"events/programme/{kind}_form.html", context, status=422 if form.errors else 200)


def _remove_page(request: HttpRequest, event: Event, thing: Any, kind: str, remove: Callable[[], None]) -> HttpResponse:
    if request.method != "POST":
        return render(request, "events/programme/remove.html", {"event": event, "thing": thing, "kind": kind})
    try:
        remove()
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Removed."))
    return redirect("programme_edit", slug=event.slug)


# --- Sessions --------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_OR_POST)
def session_new(request: HttpRequest, slug: str) -> HttpResponse:
    """`again` in the press leads to the next session's form, which begins where this one ends."""
    event = hosted(request, slug)
    form = SessionForm(request.POST if request.method == "POST" else None, event=event)

    def save() -> None:
        services.add_session(event=event, plan=form.plan(), by=request.user, now=timezone.now())

    return _edit_page(request, event, "session", form, save, _("The session is on the programme."))


@login_required
@require_http_methods(GET_OR_POST)
def session_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    session: Session = get_object_or_404(queries.sessions_of(event), pk=pk)
    form = SessionForm(request.POST if request.method == "POST" else None, event=event, session=session)

    def save() -> None:
        services.edit_session(
            session=session,
            plan=form.plan(),
            by=request.user,
            now=timezone.now(),
            version=form.seen,
            moves_following=form.cleaned_data["moves_following"],
        )

    return _edit_page(request, event, "session", form, save, _("The session is saved."), session)


@login_required
@require_http_methods(GET_OR_POST)
def session_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    session = get_object_or_404(event.sessions, pk=pk)
    return _remove_page(
        request,
        event,
        session,
        "session",
        lambda: services.remove_session(session=session, by=request.user, now=timezone.now()),
    )


# --- Rooms -----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(GET_OR_POST)
def room_new(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    form = RoomForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        speaking.add_room(event=event, plan=form.plan(), by=request.user, now=timezone.now())

    return _edit_page(request, event, "room", form, save, _("The room can now be chosen for sessions."))


@login_required
@require_http_methods(GET_OR_POST)
def room_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    room = get_object_or_404(event.rooms, pk=pk)
    initial = {"name": room.name, "capacity": room.capacity, "accessibility": room.accessibility}
    form = RoomForm(request.POST if request.method == "POST" else None, initial=initial, stamp=str(room.version))

    def save() -> None:
        plan, version = form.plan(), form.seen
        speaking.edit_room(room=room, plan=plan, by=request.user, now=timezone.now(), version=version)

    return _edit_page(request, event, "room", form, save, _("The room is saved."), room)


@login_required
@require_http_methods(GET_OR_POST)
def room_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    room = get_object_or_404(event.rooms, pk=pk)
    return _remove_page(
        request, event, room, "room", lambda: speaking.remove_room(room=room, by=request.user, now=timezone.now())
    )


# --- Speakers --------------------------------------------------------------------------------------------------------


def _picture(form: SpeakerForm) -> ContentFile[bytes] | None:
    upload = form.cleaned_data.get("picture")
    return speaking.prepare_picture(upload, upload.size) if upload else None


@login_required
@require_http_methods(GET_OR_POST)
def speaker_new(request: HttpRequest, slug: str) -> HttpResponse:
    event = hosted(request, slug)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SpeakerForm(*data, user=request.user)

    def save() -> None:
        speaking.add_speaker(event=event, plan=form.plan(), by=request.user, now=timezone.now(), picture=_picture(form))

    return _edit_page(request, event, "speaker", form, save, _("The speaker can now be chosen for sessions."))


@login_required
@require_http_methods(GET_OR_POST)
def speaker_edit(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    speaker: Speaker = get_object_or_404(event.speakers.select_related("profile"), pk=pk)
    data = (request.POST, request.FILES) if request.method == "POST" else ()
    form = SpeakerForm(*data, user=request.user, speaker=speaker)

    def save() -> None:
        speaking.edit_speaker(
            speaker=speaker,
            plan=form.plan(),
            by=request.user,
            now=timezone.now(),
            version=form.seen,
            picture=_picture(form),
            takes_picture_away=form.cleaned_data.get("takes_picture_away", False),
        )

    return _edit_page(request, event, "speaker", form, save, _("The speaker is saved."), speaker)


@login_required
@require_http_methods(GET_OR_POST)
def speaker_remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    event = hosted(request, slug)
    speaker = get_object_or_404(event.speakers, pk=pk)
    return _remove_page(
        request,
        event,
        speaker,
        "speaker",
        lambda: speaking.remove_speaker(speaker=speaker, by=request.user, now=timezone.now()),
    )
