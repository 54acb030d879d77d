"""Addresses of topics and theses."""

from django.urls import path

from studies.views import agreements, talks, theses, thesis_desks, topics

urlpatterns = [
    path("topics/", topics.topics, name="topics"),
    path("topics/new/", topics.topic_new, name="topic_new"),
    path("topics/<int:pk>/", topics.topic, name="topic"),
    path("topics/<int:pk>/edit/", topics.topic_edit, name="topic_edit"),
    path("topics/<int:pk>/<slug:act>/", topics.topic_act, name="topic_act"),
    path("supervision/", thesis_desks.supervision, name="supervision"),
    path("agreements/<str:language>/", agreements.agreement_template, name="agreement_template"),
    path("agreements/<str:language>/<slug:slug>/", agreements.agreement_template, name="agreement_template_school"),
    path("results/<int:pk>/", theses.thesis_result, name="thesis_result"),
    path("results/<int:pk>/file/", theses.thesis_result_file, name="thesis_result_file"),
    path("theses/<int:pk>/", theses.thesis, name="thesis"),
    path("theses/<int:pk>/agreement/", agreements.agreement, name="agreement"),
    path("theses/<int:pk>/agreement/edit/", agreements.agreement_edit, name="agreement_edit"),
    path("theses/<int:pk>/agreement/<int:signature>/", agreements.agreement_signed, name="agreement_signed"),
    path(
        "theses/<int:pk>/agreement/<int:signature>/file/", agreements.agreement_signed_file,
        name="agreement_signed_file",
    ),
    path("theses/<int:pk>/talk/", talks.thesis_talk, name="thesis_talk"),
    path("theses/<int:pk>/supervisor/", theses.thesis_supervisor, name="thesis_supervisor"),
    path("theses/<int:pk>/files/<int:file>/", theses.thesis_file, name="thesis_file"),
    path("theses/<int:pk>/<slug:act>/", theses.thesis_act, name="thesis_act"),
]  # fmt: skip
