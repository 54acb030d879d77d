from django.urls import path
from django.views.generic import TemplateView

urlpatterns = [
    path("account/settings/", TemplateView.as_view(template_name="accounts/own/settings.html"), name="account_settings")
]
