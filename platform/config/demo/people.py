"""The demo's users, each with a verified address, as if they had signed up."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.utils import translation

from accounts.models import User
from config.demo import read
from core.demo import DemoPerson


def make_user(
    *, name: str, email: str, language: str = "fi", coordinator: bool = False, administrator: bool = False
) -> User:
    """The user of that address, made if missing. Only those who are shown as log-ins have a password; the others can
    still come in by a code, which lands on the demo's own mail page.
    """
    found = User.objects.filter(email=email).first()
    if found is not None:
        return found
    password, logins = read.logins()
    user = User.objects.create_user(
        email,
        password if any(login.email == email for login in logins) else None,
        name=name,
        language=language,
        is_coordinator=coordinator or administrator,
        is_editor=administrator,
        is_staff=administrator,
        is_superuser=administrator,
        is_demo=True,
    )
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def make_administrators() -> int:
    """Those among the log-ins who represent no party; returns how many."""
    found = [login for login in read.logins()[1] if login.administrator]
    for login in found:
        make_user(name=login.name, email=login.email, administrator=True)
    return len(found)


def demo_people() -> list[DemoPerson]:
    """Whom the demo's page offers to sign in as, those who exist, in the reader's language."""
    password, logins = read.logins()
    names = dict(User.objects.filter(is_demo=True).values_list("email", "name"))
    language = (translation.get_language() or "fi")[:2]
    return [
        DemoPerson(name=names[login.email], email=login.email, password=password, what=login.what[language])
        for login in logins
        if login.email in names
    ]
