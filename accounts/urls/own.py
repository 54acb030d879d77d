"""One's own account. These stand beside allauth's addresses under account/."""

from django.urls import path

from accounts.views import own

urlpatterns = [
    path("account/settings/", own.settings, name="account_settings"),
    path("account/settings/sessions/<int:pk>/end/", own.end_session, name="account_session_end"),
    path("account/settings/data/", own.data, name="account_data"),
    path("account/settings/delete/", own.delete, name="account_delete"),
    path("account/start-again/", own.start_again, name="account_start_again"),
]
