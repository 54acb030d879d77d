"""Addresses of course rounds."""

from django.urls import path

from studies.views import courses, courses_desk, courses_students, courses_work, talks

urlpatterns = [
    path("courses/", courses.course_list, name="courses"),
    path("courses/new/", courses_desk.course_new, name="course_new"),
    path("courses/<int:pk>/", courses.course, name="course"),
    path("courses/<int:pk>/talk/<int:place>/", talks.course_talk, name="course_talk"),
    path("courses/<int:pk>/sign-up/", courses.course_sign_up, name="course_sign_up"),
    path("courses/<int:pk>/withdraw/", courses.course_withdraw, name="course_withdraw"),
    path("courses/<int:pk>/join/", courses_students.course_join, name="course_join"),
    path("courses/<int:pk>/join/<str:token>/", courses_students.course_join, name="course_join_link"),
    path("courses/<int:pk>/me/", courses_students.course_me, name="course_me"),
    path("courses/<int:pk>/leave/", courses_students.course_leave, name="course_leave"),
    path("courses/<int:pk>/group/", courses_students.course_group, name="course_group"),
    path("courses/<int:pk>/wishes/", courses_students.course_wishes, name="course_wishes"),
    path("courses/<int:pk>/feedback/", courses_work.course_feedback, name="course_feedback"),
    path("courses/<int:pk>/hand-in/<int:deliverable>/", courses_work.course_hand_in, name="course_hand_in"),
    path("courses/<int:pk>/files/<int:file>/", courses_work.course_file, name="course_file"),
    path("courses/<int:pk>/desk/", courses_desk.course_desk, name="course_desk"),
    path("courses/<int:pk>/desk/edit/", courses_desk.course_edit, name="course_edit"),
    path("courses/<int:pk>/desk/deliverables/", courses_desk.course_deliverables, name="course_deliverables"),
    path("courses/<int:pk>/desk/move/<int:party>/", courses_desk.course_move, name="course_move"),
    path("courses/<int:pk>/desk/<slug:act>/", courses_desk.course_act, name="course_act"),
]
