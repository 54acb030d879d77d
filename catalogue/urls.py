from django.urls import path

from catalogue.views import browse, editing, shelf

urlpatterns = [
    path("", browse.browse, name="models"),
    path("fit/", browse.fit, name="models_fit"),
    path("compare/", browse.compare, name="models_compare"),
    path("shelf/", shelf.own, name="model_shelves"),
    path("shelf/<slug:profile>/", shelf.shelf, name="model_shelf"),
    path("shelf/<slug:profile>/<slug:slug>/", shelf.item, name="model_shelf_item"),
    path("shelf/<slug:profile>/<slug:slug>/remove/", shelf.remove, name="model_shelf_remove"),
    path("<slug:slug>/", browse.model, name="model"),
    path("<slug:slug>/edit/", editing.edit, name="model_edit"),
    path("<slug:slug>/edit/<slug:part>/", editing.edit, name="model_edit_part"),
    path("<slug:slug>/history/", editing.history, name="model_history"),
    path("<slug:slug>/history/<int:pk>/revert/", editing.revert, name="model_revert"),
]
