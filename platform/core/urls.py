from django.urls import path

from core import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about-the-data/", views.about_data, name="about_data"),
    path("appearance/", views.appearance, name="appearance"),
    path("accessibility/", views.accessibility, name="accessibility"),
    path("privacy/", views.privacy, name="privacy"),
    path("feedback/", views.feedback, name="feedback"),
    path("feedback/received/", views.feedback_list, name="feedback_list"),
    path("modules/", views.module_list, name="modules"),
    path("demo/", views.demo_page, name="demo"),
    path("mail/", views.demo_mail, name="demo_mail"),
    path("mail/<int:pk>/<int:number>/", views.demo_attachment, name="demo_attachment"),
    path("look/", views.look, name="look"),
]
