"""Profiles: their pages, making and editing them, and the directory."""

from django.urls import path

from accounts.views import directory, profiles, wizard

urlpatterns = [
    path("directory/", directory.directory, name="directory"),
    path("profiles/", profiles.own, name="own_profiles"),
    path("profiles/<slug:slug>/", profiles.profile, name="profile"),
    path("profiles/<slug:slug>/edit/", profiles.edit, name="profile_edit"),
    path("profiles/<slug:slug>/remove/", profiles.remove, name="profile_remove"),
    path("profiles/<slug:slug>/edit/logo/", profiles.edit_logo, name="profile_edit_logo"),
    path("profiles/<slug:slug>/edit/<slug:section>/", profiles.edit_section, name="profile_edit_section"),
    path("join/", wizard.join, name="join"),
    path("join/discard/", wizard.discard, name="join_discard"),
    path("join/preview/", wizard.preview, name="join_preview"),
    path("join/check/", wizard.check, name="join_check"),
    path("join/<slug:step>/", wizard.step, name="join_step"),
]
