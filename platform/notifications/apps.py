from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import nav
        from notifications.queries import bell

        nav.register_tool("notifications.bell", "notifications/bell.html", bell, order=10)
