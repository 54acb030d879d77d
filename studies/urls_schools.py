"""Addresses of the coordinator's figures, of schools' pages and of their calendar."""

from django.urls import path, re_path

from studies.views import figures, schools

urlpatterns = [
    path("figures/", figures.study_figures, name="study_figures"),
    re_path(r"^figures\.(?P<ending>csv|xlsx)$", figures.study_figures_file, name="study_figures_file"),
    path("schools/", schools.school_calendar, name="school_calendar"),
    path("schools/calendar.ics", schools.school_calendar_file, name="school_calendar_file"),
    path("schools/<slug:slug>/edit/", schools.school_edit, name="school_edit"),
]
