from django.apps import AppConfig
from django.conf import settings


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import nav
        from notifications.queries import bell

        if settings.MAIL_EVENTS:
            from anymail.signals import tracking

            from notifications.mail_events import heard

            tracking.connect(heard, dispatch_uid="notifications.mail_events")

        nav.register_tool("notifications.bell", "notifications/bell.html", bell, order=10)
