from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = _("Accounts and profiles")

    def ready(self) -> None:
        from allauth.account.signals import email_confirmed

        from accounts import adapters, notices, register_profiles
        from accounts.queries.representatives import desk_tool
        from accounts.services import returned
        from accounts.services.safety import feedback_sent
        from accounts.views.own import tool as own_tool
        from core import hooks, nav
        from notifications import hooks as mail_hooks

        email_confirmed.connect(adapters.address_confirmed, dispatch_uid="accounts.address_confirmed")
        hooks.on_feedback("accounts", feedback_sent)
        register_profiles.register()
        notices.register()
        mail_hooks.on_returned("accounts", returned.mail_returned)
        nav.register_tool("accounts.desk", "accounts/desk/tool.html", desk_tool, order=20)
        nav.register_tool("accounts.me", "accounts/own/tool.html", own_tool, order=30)
