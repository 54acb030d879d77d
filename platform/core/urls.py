from django.urls import path
from django.views.generic import TemplateView

from core import views

urlpatterns = [
    path("", views.home, name="home"),
    path("about-the-data/", views.about_data, name="about_data"),
    path("appearance/", views.appearance, name="appearance"),
    path("accessibility/", TemplateView.as_view(template_name="core/accessibility.html"), name="accessibility"),
    path("privacy/", TemplateView.as_view(template_name="core/privacy.html"), name="privacy"),
    path("feedback/", TemplateView.as_view(template_name="core/feedback.html"), name="feedback"),
    path("demo/", TemplateView.as_view(template_name="core/demo.html"), name="demo"),
    path("mail/", TemplateView.as_view(template_name="core/mail.html"), name="demo_mail"),
]
