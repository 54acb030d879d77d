"""The app's addresses, one module for each of its parts."""

from accounts.urls import own, profiles, representatives

urlpatterns = [*profiles.urlpatterns, *own.urlpatterns, *representatives.urlpatterns]
