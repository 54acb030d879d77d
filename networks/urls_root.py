"""What machines fetch, without a language in its address."""

from django.urls import path

from networks.views import outside

urlpatterns = [path("networks/<slug:slug>/public.json", outside.network_public, name="network_public")]
