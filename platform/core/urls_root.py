from django.urls import path

from core import views

urlpatterns = [
    path("manifest.webmanifest", views.manifest, name="manifest"),
    path("robots.txt", views.robots, name="robots"),
]
