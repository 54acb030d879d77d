"""What can wait."""

from studies.tasks import courses, theses

SWEEPS = {**theses.SWEEPS, **courses.SWEEPS}
