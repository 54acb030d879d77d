"""Why a schedule could not be made, said to its host in their language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from events.models import MeetingRequest, Registration, Round, Slot, SolverRun
from events.scheduling import ObstacleCode
from events.wording import clock


def words(run: SolverRun, round: Round) -> list[str]:
    """A sentence for each obstacle; for a crash, one that says that nothing is lost."""
    failure = run.failure or {}
    if failure.get("code") != "impossible":
        return [_("The making of the schedule was cut short twice. Nothing has changed; try again in a moment.")]
    return [_sentence(obstacle, round) for obstacle in failure.get("obstacles", [])]


def _sentence(obstacle: dict[str, Any], round: Round) -> str:
    ids = [int(pk) for pk in obstacle.get("meetings", [])]
    told = {
        "pairs": ", ".join(_pair(request) for request in _requests(round, ids)),
        "person": _person(obstacle.get("participant")),
        "time": _time(obstacle.get("slot")),
        "needed": obstacle.get("needed"),
        "available": obstacle.get("available"),
    }
    sentences = {
        ObstacleCode.NO_COMMON_SLOT: _("%(pairs)s have no time in common."),
        ObstacleCode.TOO_MANY_MUSTS: _("%(person)s has %(needed)s fixed meetings and %(available)s times for them."),
        ObstacleCode.TWO_FIXED_AT_ONCE: _("%(person)s has two fixed meetings at %(time)s: %(pairs)s."),
        ObstacleCode.SLOT_TOO_FULL: _("At %(time)s there are %(needed)s fixed meetings and %(available)s tables."),
        ObstacleCode.TABLE_TWICE: _("At %(time)s two fixed meetings are at the same table: %(pairs)s."),
        ObstacleCode.TOO_FEW_TABLES: _("There are %(needed)s fixed meetings and room for %(available)s."),
        ObstacleCode.NOT_TOGETHER: _("These fixed meetings do not all fit in at once: %(pairs)s."),
        ObstacleCode.SITTING_WITHOUT_TABLE: _(
            "%(needed)s sit at tables of their own, and there are %(available)s tables. Add tables or let fewer sit."
        ),
        ObstacleCode.BREAKS_TOO_UNEVEN: _("The fixed meetings make the breaks more uneven than is allowed."),
    }
    return sentences[ObstacleCode(obstacle["code"])] % told


def _requests(round: Round, ids: list[int]) -> list[MeetingRequest]:
    return list(round.requests.filter(pk__in=ids).select_related("asker__profile", "asked__profile").order_by("pk"))


def _pair(request: MeetingRequest) -> str:
    return f"{request.asker.profile.name} – {request.asked.profile.name}"


def _person(pk: Any) -> str:
    found = Registration.objects.filter(pk=pk or 0).select_related("profile").first()
    return found.profile.name if found else ""


def _time(pk: Any) -> str:
    found = Slot.objects.filter(pk=pk or 0).first()
    return clock(found.starts_at) if found else ""
