from django.urls import path

from themes import views

urlpatterns = [
    path("", views.themes, name="themes"),
    path("find/", views.find, name="theme_find"),
    path("propose/", views.propose, name="theme_propose"),
    path("proposals/", views.proposals, name="theme_proposals"),
    path("proposals/<int:pk>/", views.decide, name="theme_proposal"),
    path("<slug:slug>/", views.theme, name="theme"),
    path("<slug:slug>/merge/", views.merge, name="theme_merge"),
]
