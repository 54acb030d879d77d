"""Rooms and speakers of an event: what sessions are held in, and by whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any, TypeVar

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Profile
from accounts.services import logos
from core import audit
from core.errors import DomainError, StaleSave
from events.models import Event, Room, Speaker
from events.services.programme import lock_hosted

T = TypeVar("T")


class RoomNameTaken(DomainError):
    message = _("The event has a room of this name already.")


class RoomStale(StaleSave):
    message = _("Somebody changed the room while you were writing. Look at what it is now, and save again if you want.")


class SpeakerStale(StaleSave):
    message = _(
        "Somebody changed the speaker while you were writing. Look at what it is now, and save again if you want."
    )


class ProfileUnseen(DomainError):
    message = _("There is no such profile in the directory.")


class PictureWithoutConsent(DomainError):
    message = _("A picture is kept only of those who have agreed to it. Tick the box when you have asked.")


@dataclass(frozen=True)
class RoomPlan:
    name: str
    capacity: int | None = None
    accessibility: str = ""


@dataclass(frozen=True)
class SpeakerPlan:
    """No organisation but a profile: the profile's name is it.

    `consents`: the speaker has agreed to be shown here with these words, and with the picture if there is one.
    """

    name: str
    title: str = ""
    organisation: str = ""
    profile: Profile | None = None
    consents: bool = False


@transaction.atomic
def add_room(*, event: Event, plan: RoomPlan, by: Any, now: datetime) -> Room:
    """Raises `NotTheHost`, `IsCancelled` or `RoomNameTaken`."""
    event = lock_hosted(event, by)
    made = _once(lambda: Room.objects.create(event=event, **vars(plan)))
    audit.record("room.added", made, by=by, now=now, event=event.pk)
    return made


@transaction.atomic
def edit_room(*, room: Room, plan: RoomPlan, by: Any, now: datetime, version: int | None = None) -> Room:
    """Raises `RoomStale` and what `add_room` raises."""
    event = lock_hosted(room.event, by)
    room = event.rooms.get(pk=room.pk)
    if version is not None and version != room.version:
        raise RoomStale
    for name, value in vars(plan).items():
        setattr(room, name, value)
    room.version += 1
    _once(room.save)
    audit.record("room.changed", room, by=by, now=now, event=event.pk)
    return room


@transaction.atomic
def remove_room(*, room: Room, by: Any, now: datetime) -> None:
    """Its sessions stay on the programme, without a room."""
    event = lock_hosted(room.event, by)
    audit.record("room.removed", room, by=by, now=now, event=event.pk)
    room.delete()


def _once(write: Callable[[], T]) -> T:
    try:
        with transaction.atomic():
            return write()
    except IntegrityError as problem:
        raise RoomNameTaken(field="name") from problem


@transaction.atomic
def add_speaker(
    *, event: Event, plan: SpeakerPlan, by: Any, now: datetime, picture: ContentFile[bytes] | None = None
) -> Speaker:
    """Raises `NotTheHost`, `IsCancelled`, `ProfileUnseen` or `PictureWithoutConsent`."""
    event = lock_hosted(event, by)
    _check(plan, by, has_picture=picture is not None)
    made = Speaker.objects.create(
        event=event,
        name=plan.name,
        title=plan.title,
        organisation=_organisation(plan),
        profile=plan.profile,
        picture=picture or "",
        consented_at=now if plan.consents else None,
    )
    audit.record("speaker.added", made, by=by, now=now, event=event.pk, consents=plan.consents)
    return made


@transaction.atomic
def edit_speaker(
    *,
    speaker: Speaker,
    plan: SpeakerPlan,
    by: Any,
    now: datetime,
    version: int | None = None,
    picture: ContentFile[bytes] | None = None,
    takes_picture_away: bool = False,
) -> Speaker:
    """Change what is told of a speaker. One who no longer agrees is hidden, and the picture is deleted.

    Raises `SpeakerStale` and what `add_speaker` raises.
    """
    event = lock_hosted(speaker.event, by)
    speaker = event.speakers.get(pk=speaker.pk)
    if version is not None and version != speaker.version:
        raise SpeakerStale
    _check(plan, by, has_picture=picture is not None, before=speaker)
    if picture is not None or takes_picture_away or not plan.consents:
        forget_picture(speaker)
        speaker.picture = picture or ""
    if not plan.consents:
        speaker.consented_at = None
    elif speaker.consented_at is None:
        speaker.consented_at = now
    speaker.name, speaker.title, speaker.organisation = plan.name, plan.title, _organisation(plan)
    speaker.profile = plan.profile
    speaker.version += 1
    speaker.save()
    audit.record("speaker.changed", speaker, by=by, now=now, event=event.pk, consents=plan.consents)
    return speaker


@transaction.atomic
def remove_speaker(*, speaker: Speaker, by: Any, now: datetime) -> None:
    """Everything that was told of the speaker goes, the picture too; the sessions stay."""
    event = lock_hosted(speaker.event, by)
    audit.record("speaker.removed", speaker, by=by, now=now, event=event.pk)
    forget_picture(speaker)
    speaker.delete()


def prepare_picture(upload: IO[Any], size: int) -> ContentFile[bytes]:
    """A small PNG of our own making, as of a logo. Raises `accounts.services.logos.BadLogo` at `picture`."""
    try:
        return logos.prepare(upload, size)
    except logos.BadLogo as refusal:
        raise logos.BadLogo(refusal.message, field="picture") from refusal


def _organisation(plan: SpeakerPlan) -> str:
    return plan.organisation or (plan.profile.name if plan.profile is not None else "")


def _check(plan: SpeakerPlan, by: Any, *, has_picture: bool, before: Speaker | None = None) -> None:
    if has_picture and not plan.consents:
        raise PictureWithoutConsent(field="consents")
    if plan.profile is None or (before is not None and before.profile_id == plan.profile.pk):
        return
    if not Profile.objects.visible_to(by).filter(pk=plan.profile.pk).exists():
        raise ProfileUnseen(field="profile")


def forget_picture(speaker: Speaker) -> None:
    """The file goes when the transaction is through; the row is the caller's to save."""
    if speaker.picture.name:
        storage, name = speaker.picture.storage, speaker.picture.name
        transaction.on_commit(lambda: storage.delete(name))
