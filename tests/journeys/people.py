"""People whom the scenario of the night convoy does not need, and who keep or settle things on the desk."""

from tests.journeys.mission import PASSWORD, Mission


def with_person(mission: Mission, role: str) -> str:
    """An account of this role, named after it."""
    accounts = mission._accounts()
    if role not in {account.login for account in accounts.list()}:
        accounts.add(login=role, display=role, role=role, password=PASSWORD)
    return role
