"""What stands in a feed (RSS, Atom) or a calendar (iCalendar) of others: bytes in, plain entries out. Pure.

The bytes come from anywhere. What they are is told by what they say, not by what was promised; markup that declares
types or entities is refused before anything is read; every list, text and depth has an end.
"""

from opportunities.feeds.entries import LARGEST, MOST, Entry, Reading, Refused
from opportunities.feeds.reading import read

__all__ = ["LARGEST", "MOST", "Entry", "Reading", "Refused", "read"]
