from django.urls import path

from networks.views import market, talks

urlpatterns = [
    path("<slug:slug>/groups/<int:pk>/talk/", talks.network_group_talk, name="network_group_talk"),
    path("<slug:slug>/market/", market.network_market, name="network_market"),
]
