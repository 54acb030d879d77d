"""Addresses of the coordinator's figures, of schools' pages and of their calendar."""

from django.urls import path, re_path

from studies.views import figures

urlpatterns = [
    path("figures/", figures.study_figures, name="study_figures"),
    re_path(r"^figures\.(?P<ending>csv|xlsx)$", figures.study_figures_file, name="study_figures_file"),
]
