from django.urls import path

from matching.views import (
    answers,
    connections,
    experiments,
    ground,
    introductions,
    lessons,
    needs,
    preferences,
    suggestions,
    tuning,
)

urlpatterns = [
    path("", suggestions.suggestions, name="suggestions"),
    path("answer/", answers.answer, name="answer_suggestion"),
    path("undo/", answers.undo, name="undo_answer"),
    path("answers/", answers.answers, name="answers"),
    path("preferences/", preferences.preferences, name="preferences"),
    path("lessons/", lessons.lessons, name="lessons"),
    path("lessons/<int:pk>/", lessons.unlearn, name="unlearn"),
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/<int:pk>/", introductions.answer, name="answer_introduction"),
    path("introduce/", introductions.worth, name="introduce_pairs"),
    path("introduce/<slug:one>/<slug:other>/", introductions.introduce, name="introduce"),
    path("ground/", ground.ground_page, name="ground"),
    path("need/", needs.need, name="need"),
    path("need/<int:pk>/", needs.answer, name="need_answer"),
    path("need/<int:pk>/remove/", needs.remove, name="need_remove"),
    path("tuning/", tuning.tuning, name="tuning"),
    path("tuning/<int:pk>/restore/", tuning.restore, name="tuning_restore"),
    path("tuning/try/", experiments.experiment, name="experiment"),
    path("tuning/try/<int:pk>/", experiments.answer, name="experiment_answer"),
    path("connections/", connections.connections, name="connections"),
]
