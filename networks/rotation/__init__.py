"""Who sits with whom: people at small tables, so that those who have not met meet.

Pure: plain data in, plain data out, no Django; the clock only stops. The parts: `asked` (what is asked, and the two
errors), `sizes` (how many at a table), `fields` (seatings by algebra, without repetition), `seating` (`seat` for one
meeting, `plan` for several), `loops` (the search by swaps, compiled), `keeping_apart` (where it starts) and `repair`
(the day is not as it was planned).
"""

from networks.rotation.asked import Pair, PairUnclear, RotationError, SeatsUnclear
from networks.rotation.repair import Repaired, repair
from networks.rotation.seating import Seating, plan, seat
from networks.rotation.sizes import table_sizes

__all__ = [
    "Pair",
    "PairUnclear",
    "Repaired",
    "RotationError",
    "Seating",
    "SeatsUnclear",
    "plan",
    "repair",
    "seat",
    "table_sizes",
]
