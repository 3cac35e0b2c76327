"""`dunant site cert`: a small authority of one's own and a certificate for this server."""

from pathlib import Path
from typing import Annotated

import typer

from dunant.cli.settings import Config, Data, settings

app = typer.Typer(help="Things of a site as a whole.", no_args_is_help=True)


@app.callback()
def site() -> None:
    """Things of a site as a whole."""


@app.command()
def cert(
    name: Annotated[
        list[str] | None, typer.Option(help="Host name or address the server is reached by; may be repeated.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=825, help="How long the server certificate holds.")] = 397,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; `tls` in the site's folder if left out.")
    ] = None,
    data: Data = None,
    config: Config = None,
) -> None:
    """Make a local certificate authority (once) and a server certificate signed by it."""
    from dunant.services.certificates import make_certificates

    names = name or ["localhost", "127.0.0.1", "::1"]
    made = make_certificates(out or settings(config, data=data).data / "tls", names, days)
    typer.echo(f"Authority:   {made.authority}")
    typer.echo(f"  SHA-256    {made.fingerprint}")
    typer.echo(f"Certificate: {made.cert} for {', '.join(names)}")
    typer.echo(f"Key:         {made.key}")
    typer.echo("Install the authority on the machines that connect, after comparing the fingerprint. Then:")
    typer.echo(f"  dunant serve --tls-cert {made.cert} --tls-key {made.key} --host 0.0.0.0")
