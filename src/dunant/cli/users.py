"""`dunant user …`: accounts. A password is never an argument: other people on the machine could read it there."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.settings import Config, Data, Db, existing_site, opened, settings
from dunant.kernel.errors import NotFound

if TYPE_CHECKING:
    from dunant.services.accounts import Accounts
    from dunant.services.build import Site

Login = Annotated[str, typer.Argument(help="What the person types to sign in.")]
PasswordStdin = Annotated[bool, typer.Option("--password-stdin", help="Read the password from standard input.")]
app = typer.Typer(help="Accounts of a site.", no_args_is_help=True)
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
