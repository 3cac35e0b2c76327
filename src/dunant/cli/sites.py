"""`dunant site …`: who belongs to the mission. Three files make a site belong; only the authority site takes it in."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.certificates import app
from dunant.cli.settings import Config, Data, Db, existing_site, opened, settings
from dunant.kernel.errors import Invalid, NotFound

if TYPE_CHECKING:
    from dunant.kernel.events import Command
    from dunant.kernel.ids import SubjectId
    from dunant.services.build import Site
    from dunant.services.handle import Author

    Made = Callable[[SubjectId], Command]

__all__ = ["app"]

Code = Annotated[str, typer.Argument(help="Code of the site, such as FIELD-1.")]
Role = Annotated[list[str] | None, typer.Option(help="Role of the site, such as receiving_facility; may be repeated.")]
Address = Annotated[str, typer.Option(help="Where other sites reach it: https://host:port.")]
Name = Annotated[list[str] | None, typer.Option(help="Host name or address it is reached by; may be repeated.")]
Out = Annotated[Path | None, typer.Option(help="File to write; the screen if left out.")]
Reason = Annotated[str, typer.Option(help="Why, for the record.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Stream = Annotated[str, typer.Argument(help="Stream, such as clinical.")]


@app.command()
def init(
    role: Role = None,
    address: Address = "",
    name: Name = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Make a site. At the mission's authority also its certificate authority; the site itself is taken in."""
    from dunant.services import enrolment as en

    with opened(settings(config, data=data, db=db)) as site:
        authority = site.policies.mission.mission.authority
        if site.row.code != authority:
            typer.echo(f"{site.row.code} is ready. It belongs once {authority or 'an authority'} has invited it.")
            return
        made = en.begin(site, _author(), role or ["mission_hq"], address, name or [])
    typer.echo(f"{authority} says who belongs to the mission. Fingerprint of its certificate authority:")
    typer.echo(f"  {made}")


@app.command()
def invite(
    code: Code,
    role: Role = None,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=7 * 24 * 60, help="How long the token is good; else as the pack says.")
    ] = None,
    out: Out = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Invite a site: writes the first file, with a token that is good once."""
    from dunant.services import enrolment as en

    with existing_site(config, data, db) as site:
        _put(en.to_file(en.invite(site, _author(), code, role or [], minutes)), out)


@app.command()
def request(
    invitation: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="The invitation.")],
    address: Address = "",
    name: Name = None,
    out: Out = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Answer an invitation at the new site: makes its keys and writes the second file."""
    from dunant.services import enrolment as en

    invited = en.from_file(invitation.read_bytes(), en.Invitation)
    with existing_site(config, data, db) as site:
        asked = en.request(site, invited, address, name or [])
        said = " ".join(en.words(site, asked))
        _put(en.to_file(asked), out)
    typer.echo(f"Words to compare: {said}", err=True)


@app.command()
def renew(
    name: Name = None,
    new_keys: Annotated[bool, typer.Option("--new-keys", help="With other keys for TLS and for signing.")] = False,
    out: Out = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Ask for a new certificate, at a site that belongs: writes the second file anew; `approve` and `enrol` follow."""
    from dunant.services import enrolment as en

    with existing_site(config, data, db) as site:
        asked = en.renewal(site, name or [], new_keys=new_keys)
        said = " ".join(en.words(site, asked))
        _put(en.to_file(asked), out)
    typer.echo(f"Words to compare: {said}", err=True)


@app.command()
def approve(
    asked: Annotated[str, typer.Argument(help="The request: its file, or the code of a site that asked over a link.")],
    yes: Annotated[bool, typer.Option("--yes", help="The words have been compared.")] = False,
    out: Out = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Take a site in, or renew it, after comparing six words with whoever asked: writes the third file."""
    from dunant.services import enrolment as en
    from dunant.services.knocking import waiting

    with existing_site(config, data, db) as site:
        wanted = next((one for one in waiting(site) if one.site == asked), None)
        if wanted is None:
            wanted = en.from_file(_bytes(asked), en.Request)
        en.check(site, wanted)
        typer.echo(f"{wanted.site} at {wanted.address or '-'}: {' '.join(en.words(site, wanted))}", err=True)
        if not yes:
            typer.confirm("Does that site show the same six words?", abort=True, err=True)
        given = en.to_file(en.approve(site, _author(), wanted))
    # Whoever asked over a link fetches the answer there.
    if out is not None or Path(asked).exists():
        _put(given, out)


@app.command()
def requests(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show which sites ask over a link to be taken in, each with its six words; `approve CODE` takes one in."""
    from dunant.services import enrolment as en
    from dunant.services.knocking import waiting

    with existing_site(config, data, db) as site:
        for asked in waiting(site):
            typer.echo(f"{asked.site}\t{asked.address or '-'}\t{' '.join(en.words(site, asked))}")


@app.command()
def enrol(
    answer: Annotated[Path | None, typer.Argument(exists=True, dir_okay=False, help="The answer, as a file.")] = None,
    invitation: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="The invitation: ask over the link, and wait to be approved."),
    ] = None,
    address: Address = "",
    name: Name = None,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Install the answer: from now on the site belongs. One that runs shows a new certificate once started again."""
    from dunant.services import enrolment as en
    from dunant.services import knocking
    from dunant.services.identity import ends

    if (answer is None) == (invitation is None):
        raise Invalid(field="answer", rule="a file, or --invitation")
    with existing_site(config, data, db) as site:
        if answer is not None:
            en.install(site, en.from_file(answer.read_bytes(), en.Answer))
        elif invitation is not None:
            invited = en.from_file(invitation.read_bytes(), en.Invitation)
            knocking.join(
                site, invited, address, name or [], lambda words: typer.echo(f"Words to compare: {words}", err=True)
            )
        until = ends(site.settings)
        code, mission = site.row.code, site.row.mission
    typer.echo(f"{code} belongs to {mission}; its certificate is good until {until:%Y-%m-%d}.")


@app.command("list")
def listing(data: Data = None, db: Db = None, config: Config = None) -> None:
    """Show the sites that are known here: code, state, roles, address."""
    from dunant.store.snapshot import snapshot

    with existing_site(config, data, db) as site, snapshot(site.database, site.views, site.registry) as look:
        for row in look.rows("sites"):
            roles, streams = ",".join(row["roles"]) or "-", ",".join(row["streams"]) or "-"
            typer.echo(f"{row['site']}\t{row['state']}\t{roles}\t{streams}\t{row['address'] or '-'}")


@app.command()
def suspend(code: Code, reason: Reason, data: Data = None, db: Db = None, config: Config = None) -> None:
    """Exchange nothing with a site until it is resumed."""
    from dunant.sites import commands as c

    _say(config, data, db, code, lambda subject: c.SuspendSite(site=subject, reason=reason), "is suspended")


@app.command()
def resume(code: Code, reason: Reason = "", data: Data = None, db: Db = None, config: Config = None) -> None:
    """Exchange with a suspended site again."""
    from dunant.sites import commands as c

    _say(config, data, db, code, lambda subject: c.ResumeSite(site=subject, reason=reason), "is active")


@app.command()
def retire(
    code: Code, reason: Reason = "", yes: Yes = False, data: Data = None, db: Db = None, config: Config = None
) -> None:
    """Let a site go in good order; everything it wrote counts. It cannot come back under this code."""
    from dunant.sites import commands as c

    _confirmed(code, yes)
    _say(config, data, db, code, lambda subject: c.RetireSite(site=subject, reason=reason), "is retired")


@app.command()
def revoke(
    code: Code,
    reason: Reason,
    cutoff: Annotated[
        list[str] | None,
        typer.Option(help="EPOCH:STREAM=Q, the last entry that counts; may be repeated. Else: all that is held here."),
    ] = None,
    yes: Yes = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Send a site away for ever, as when it was lost or stolen. Shows first what of its logs will count."""
    from dunant.services import enrolment as en
    from dunant.services.syncing.shelf import reading_shelf
    from dunant.sites import commands as c

    with existing_site(config, data, db) as site:
        subject = _subject(site, code)
        with reading_shelf(site) as shelf:
            held = {(log[1], log[2]): tip.q for log, tip in shelf.vector().items() if log[0] == code}
        ends = held | dict(_cutoff(text) for text in cutoff or [])
        for (epoch, stream), q in sorted(ends.items()):
            have = held.get((epoch, stream), 0)
            typer.echo(f"{epoch}\t{stream}\theld {have}\tcounts up to {q}\tput aside {max(have - q, 0)}")
        if not ends:
            typer.echo(f"Nothing of {code} is held here; nothing of it will count.")
        _confirmed(code, yes)
        chosen = tuple((epoch, stream, q) for (epoch, stream), q in sorted(ends.items()))
        en.say(site, _author(), c.RevokeSite(site=subject, cutoffs=chosen, reason=reason))
    typer.echo(f"{code} is revoked.")


@app.command("rotate-key")
def rotate_key(
    code: Code,
    sign_key: Annotated[str, typer.Option(help="New signing key, public, in hex.")] = "",
    seal_key: Annotated[str, typer.Option(help="New sealing key, public, in hex.")] = "",
    tls: Annotated[str, typer.Option(help="SHA-256 of the new certificate's public key, in hex.")] = "",
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Say which new keys a site has that lost its old ones; else `site renew`. What the old ones signed counts."""
    from dunant.sites import commands as c

    def made(subject: "SubjectId") -> "Command":
        return c.RotateSiteKey(site=subject, sign_key=sign_key, seal_key=seal_key, tls=tls)

    _say(config, data, db, code, made, "has new keys")


@app.command()
def grant(
    code: Code, stream: Stream, reason: Reason = "", data: Data = None, db: Db = None, config: Config = None
) -> None:
    """Let a site hold a stream that its roles do not give it, with its whole history."""
    from dunant.sites import commands as c

    def made(subject: "SubjectId") -> "Command":
        return c.GrantStream(site=subject, stream=stream, reason=reason)

    _say(config, data, db, code, made, f"may hold {stream}")


@app.command()
def withdraw(
    code: Code, stream: Stream, reason: Reason = "", data: Data = None, db: Db = None, config: Config = None
) -> None:
    """Send a site nothing more of a stream; what it has, it has."""
    from dunant.sites import commands as c

    def made(subject: "SubjectId") -> "Command":
        return c.WithdrawStream(site=subject, stream=stream, reason=reason)

    _say(config, data, db, code, made, f"is sent nothing more of {stream}; what it has, it has")


@app.command("close-fork")
def close_fork(
    code: Code,
    epoch: Annotated[str, typer.Option(help="Epoch of the log.")],
    stream: Annotated[str, typer.Option(help="Stream of the log.")],
    q: Annotated[int, typer.Option(min=0, help="Sequence at which the branches differ.")],
    head: Annotated[str, typer.Option(help="Head of the branch that counts, in hex.")],
    reason: Reason,
    yes: Yes = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Choose the branch of a forked log that counts."""
    from dunant.sites import commands as c

    def made(subject: "SubjectId") -> "Command":
        return c.CloseFork(site=subject, e=epoch, st=stream, q=q, head=head, reason=reason)

    _confirmed(code, yes)
    _say(config, data, db, code, made, f"goes on in {stream} with the branch that was chosen")


def _say(config: Path | None, data: Path | None, db: str | None, code: str, made: "Made", done: str) -> None:
    from dunant.services import enrolment as en

    with existing_site(config, data, db) as site:
        en.say(site, _author(), made(_subject(site, code)))
    typer.echo(f"{code} {done}.")


def _subject(site: "Site", code: str) -> "SubjectId":
    from dunant.services import enrolment as en
    from dunant.sites import site_subject

    if en.site_row(site, code) is None:
        raise NotFound(field="site", rule="exists")
    return site_subject(site.row.mission, code)


def _author() -> "Author":
    """Whoever can write the folder of the authority site is its administrator."""
    from dunant.kernel.access import Actor
    from dunant.kernel.ids import UserId
    from dunant.services.handle import Author

    return Author(actor=Actor(user=UserId("operator"), role="administrator", device=""), source="")


def _confirmed(code: str, yes: bool) -> None:
    """By typing the code, so that nobody sends the wrong site away by holding a key down."""
    if not yes and str(typer.prompt(f"Type {code} to go on", err=True)).strip() != code:
        raise Invalid(field="site", rule="code_typed")


def _cutoff(text: str) -> tuple[tuple[str, str], int]:
    log, equals, q = text.rpartition("=")
    epoch, colon, stream = log.partition(":")
    if not (equals and colon and q.isdecimal()):
        raise Invalid(field="cutoff", rule="EPOCH:STREAM=Q")
    return (epoch, stream), int(q)


def _bytes(file: str) -> bytes:
    try:
        return Path(file).read_bytes()
    except OSError:
        raise NotFound(field="request", rule="exists", name=file) from None


def _put(content: bytes, out: Path | None) -> None:
    """A file that holds a token is nobody else's to read."""
    from dunant.services.certificates import write_private

    if out is None:
        sys.stdout.write(content.decode())
    else:
        write_private(out, content)
        typer.echo(f"Written: {out}", err=True)
