"""`dunant user …`: accounts. A password is never an argument: other people on the machine could read it there."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.settings import Config, Data, Db, existing_site, opened, settings
from dunant.kernel.clock import rfc3339
from dunant.kernel.errors import NotFound

if TYPE_CHECKING:
    from dunant.services.accounts import Accounts
    from dunant.services.build import Site

Login = Annotated[str, typer.Argument(help="What the person types to sign in.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
app = typer.Typer(help="Accounts of a site.", no_args_is_help=True)
devices = typer.Typer(help="Phones and other browsers that people sign in from.", no_args_is_help=True)
grants = typer.Typer(help="Capture grants: what a device may still add in somebody's name.", no_args_is_help=True)
app.add_typer(devices, name="device")
app.add_typer(grants, name="grant")
PASSWORD = "DUNANT_PASSWORD"


@app.command()
def add(
    login: Login,
    role: Annotated[str, typer.Option(help="Role, such as casevac_cell or medic.")],
    display: Annotated[str, typer.Option(help="Name on the screen; the login if left out.")] = "",
    unit: Annotated[str | None, typer.Option(help="Unit, by code of the mission pack.")] = None,
    contingent: Annotated[str | None, typer.Option(help="Contingent, ISO 3166-1 alpha-3.")] = None,
    facility: Annotated[str | None, typer.Option(help="Facility the person works at, by id.")] = None,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Add an account. The password is asked for, or comes from DUNANT_PASSWORD or standard input."""
    password = _password(password_stdin)
    with opened(settings(config, data=data, db=db)) as site:
        accounts_of(site).add(
            login=login,
            display=display or login,
            role=role,
            password=password,
            unit=unit,
            contingent=contingent,
            facility=facility,
        )
    typer.echo(f"{login} can sign in as {role}.")


@app.command("list")
def listing(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show all accounts: login, role, unit, whether disabled."""
    with existing_site(config, data, db) as site:
        for account in accounts_of(site).list():
            state = "disabled" if account.disabled else "active"
            where = account.unit or account.facility or account.contingent or "-"
            typer.echo(f"{account.login}\t{account.role}\t{where}\t{state}")


@app.command()
def disable(login: Login, data: Data = None, db: Db = None, config: Config = None) -> None:
    """Shut an account; its sessions end now."""
    _set_disabled(config, data, db, login, True)


@app.command()
def enable(login: Login, data: Data = None, db: Db = None, config: Config = None) -> None:
    """Open a shut account again."""
    _set_disabled(config, data, db, login, False)


@app.command()
def password(
    login: Login,
    password_stdin: PasswordStdin = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Set a new password; whoever came in by the old one is out."""
    new = _password(password_stdin)
    with existing_site(config, data, db) as site:
        accounts = accounts_of(site)
        accounts.set_password(_user(accounts, login), new)
    typer.echo(f"{login} has a new password.")


@devices.command("list")
def device_list(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show devices, last used first: id, who signed in last, when, whether revoked."""
    with existing_site(config, data, db) as site:
        for device in accounts_of(site).devices():
            state = f"revoked {rfc3339(device.revoked)}" if device.revoked else "active"
            typer.echo(f"{device.id}\t{device.login or '-'}\t{rfc3339(device.used)}\t{state}")


@devices.command("revoke")
def device_revoke(
    device: Annotated[str, typer.Argument(help="Id of the device, from `device list`.")],
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Shut a lost device: everybody is signed out of it, and what it still sends is held for review."""
    with existing_site(config, data, db) as site:
        accounts_of(site).revoke_device(device)
    typer.echo(f"{device} is revoked.")


@devices.command("held")
def device_held(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show entries that are held, oldest first: id, whose, when they came, why. What they say is not shown."""
    with existing_site(config, data, db) as site:
        for entry in accounts_of(site).held():
            typer.echo(f"{entry.id}\t{entry.login or '-'}\t{rfc3339(entry.at)}\t{entry.rule}")


@grants.command("list")
def grant_list(login: Login, data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show a person's capture grants, newest first: id, from when, until when, whether revoked."""
    with existing_site(config, data, db) as site:
        accounts = accounts_of(site)
        for grant in accounts.grants(_user(accounts, login)):
            state = f"revoked {rfc3339(grant.revoked)}" if grant.revoked else "good"
            typer.echo(f"{grant.id}\t{rfc3339(grant.started)}\t{rfc3339(grant.ends)}\t{state}")


@grants.command("revoke")
def grant_revoke(
    login: Login,
    grant: Annotated[str, typer.Argument(help="Id of the grant, from `grant list`.")],
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """From now on nothing new is taken under this grant; what was made before still counts."""
    with existing_site(config, data, db) as site:
        accounts = accounts_of(site)
        accounts.revoke_grant(_user(accounts, login), grant)
    typer.echo(f"The grant of {login} is revoked.")


def _set_disabled(config: Path | None, data: Path | None, db: str | None, login: str, disabled: bool) -> None:
    with existing_site(config, data, db) as site:
        accounts = accounts_of(site)
        accounts.set_disabled(_user(accounts, login), disabled)
    typer.echo(f"{login} is {'disabled' if disabled else 'active'}.")


def _user(accounts: "Accounts", login: str) -> str:
    for account in accounts.list():
        if account.login == login.strip().casefold():
            return account.user
    raise NotFound(field="login", rule="exists")


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    given = os.environ.get(PASSWORD)
    return given if given is not None else str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))


def accounts_of(site: "Site") -> "Accounts":
    from dunant.services.accounts import Accounts
    from dunant.services.clock import SystemClock

    return Accounts(site.database, site.policies.roles, site.settings, SystemClock())


def has_accounts(site: "Site") -> bool:
    return bool(accounts_of(site).list())
