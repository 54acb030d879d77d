from django.urls import path

from events.views import again

urlpatterns = [
    path("templates/", again.event_templates, name="event_templates"),
    path("templates/<int:pk>/delete/", again.event_forget_template, name="event_forget_template"),
    path("<slug:slug>/copy/", again.event_copy, name="event_copy"),
    path("<slug:slug>/series/", again.event_series, name="event_series"),
    path("<slug:slug>/series/publish/", again.event_series_publish, name="event_series_publish"),
    path("<slug:slug>/template/", again.event_keep_template, name="event_keep_template"),
]
