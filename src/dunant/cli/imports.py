"""`dunant import …`: a file of another system goes through the same door as what comes by network."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from dunant.cli.progress import bar
from dunant.cli.settings import Config, Data, Db, existing_site

app = typer.Typer(help="Take in files of other systems.", no_args_is_help=True)


@app.command()
def cot(
    file: Annotated[Path, typer.Argument(help="XML events or a TAK protobuf stream.", exists=True, dir_okay=False)],
    peer: Annotated[str, typer.Option(help="Whose messages these are; repeats are told apart by it.")] = "file",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")] = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Take in Cursor-on-Target messages. What cannot be read is kept in the tray, and the rest goes on."""
    from dunant.services.importing import take_cot

    with existing_site(config, data, db) as site, bar("Taking in") as progress:
        found = take_cot(site, file, peer, dry_run=dry_run, progress=progress)
    counts = Counter[str](found)
    words = ("accepted", "amended", "duplicate", "ignored", "kept in tray")
    told = ", ".join(f"{counts[word]} {word}" for word in words if counts[word])
    typer.echo(f"{len(found)} messages: {told or 'nothing to do'}{' (dry run, nothing stored)' if dry_run else ''}")


Sender = Annotated[str, typer.Option(help="Whose messages these are, such as the number they came from.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would happen, store nothing.")]
Forms = Annotated[Path, typer.Argument(help="Forms, a blank line between them.", exists=True, dir_okay=False)]
Texts = Annotated[Path, typer.Argument(help="One message per line.", exists=True, dir_okay=False)]


@app.command()
def sms(
    file: Texts, sender: Sender, dry_run: DryRun = False, data: Data = None, db: Db = None, config: Config = None
) -> None:
    """Take in text messages. Each sounds as an alert; DN1 lines become requests and casualties, the rest is kept."""
    _texts(file, sender, dry_run, data, db, config, only_dn1=False)


@app.command()
def dn1(
    file: Texts,
    sender: Sender,
    email: Annotated[bool, typer.Option("--email", help="They came by e-mail.")] = False,
    dry_run: DryRun = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Take in the DN1 lines of a file and pass over what stands around them, as in an e-mail."""
    _texts(file, sender, dry_run, data, db, config, only_dn1=True, email=email)


@app.command()
def form(
    file: Forms,
    sender: Sender,
    dry_run: DryRun = False,
    data: Data = None,
    db: Db = None,
    config: Config = None,
) -> None:
    """Take in forms as they stand in an e-mail: 9-line, 4-line, METHANE, AT-MIST, ZMIST, referral."""
    _texts(file, sender, dry_run, data, db, config, only_dn1=False, email=True, whole=True)


def _texts(
    file: Path,
    sender: str,
    dry_run: bool,
    data: Data,
    db: Db,
    config: Config,
    *,
    only_dn1: bool,
    email: bool = False,
    whole: bool = False,
) -> None:
    from dunant.services.texting import take_texts

    with existing_site(config, data, db) as site, bar("Taking in") as progress:
        found = take_texts(
            site,
            file,
            sender,
            "EMAIL" if email else "SMS",
            only_dn1=only_dn1,
            whole=whole,
            dry_run=dry_run,
            progress=progress,
        )
    counts = Counter[str](found)
    told = ", ".join(f"{number} {word}" for word, number in sorted(counts.items()))
    typer.echo(f"{len(found)} messages: {told or 'nothing to do'}{' (dry run, nothing stored)' if dry_run else ''}")
