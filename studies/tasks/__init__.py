"""What can wait."""

from studies.tasks import courses, seasons, theses

SWEEPS = {**theses.SWEEPS, **courses.SWEEPS, **seasons.SWEEPS}
