"""Addresses under /studies/."""

from django.urls import path

from studies.urls_courses import urlpatterns as courses
from studies.urls_schools import urlpatterns as schools
from studies.urls_seasons import urlpatterns as seasons
from studies.urls_theses import urlpatterns as theses
from studies.views import studies

urlpatterns = [path("", studies.studies, name="studies"), *theses, *courses, *schools, *seasons]
