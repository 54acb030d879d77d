"""Why a meeting cannot be held at another time or table, said to its host in their language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from events.queries.moving import Hindrance, Why


def words(hindrance: Hindrance) -> str:
    sentences = {
        Why.BEGUN: _("That time has begun already."),
        Why.CLOSED: _("That time has fallen out."),
        Why.NO_TABLE: _("There are fewer tables then."),
        Why.MEETS: _("%(who)s meets %(whom)s then."),
        Why.AWAY: _("%(who)s is away then."),
        Why.OWN_TABLE: _("%(who)s meets at a table of their own.")
        if hindrance.who
        else _("The meeting is held at the table of the one who sits."),
        Why.ELSEWHERE: _("%(who)s has a meeting outside the round then, or too near that time."),
    }
    return sentences[hindrance.why] % {"who": hindrance.who, "whom": hindrance.whom}
