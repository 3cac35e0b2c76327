"""`dunant serve`: one site on the network until it is told to stop."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dunant.cli.settings import Config, Data, Db, opened, settings
from dunant.config import Settings

if TYPE_CHECKING:
    from dunant.services.build import Site

Port = Annotated[int | None, typer.Option(help="Port of the web interface; 0 picks a free one.", show_default="8000")]
CotPort = Annotated[
    int | None,
    typer.Option(help="Port for Cursor-on-Target clients; 0 picks a free one, -1 is off.", show_default="8087"),
]


def serve(
    data: Data = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on. Beyond loopback TLS is needed.", show_default="127.0.0.1")
    ] = None,
    port: Port = None,
    hosts: Annotated[
        list[str] | None,
        typer.Option(help="Name the web interface answers to besides loopback; may be repeated."),
    ] = None,
    cot_host: Annotated[
        str | None, typer.Option(help="Address for Cursor-on-Target clients.", show_default="127.0.0.1")
    ] = None,
    cot_port: CotPort = None,
    cot_allow: Annotated[
        list[str] | None, typer.Option(help="Network (CIDR) of CoT clients without certificate; may be repeated.")
    ] = None,
    cot_client_ca: Annotated[
        Path | None, typer.Option(help="Authority that CoT client certificates come from; makes the CoT port TLS.")
    ] = None,
    cot_extended: Annotated[
        list[str] | None, typer.Option(help="CoT peer that reads surgical and convenience apart; may be repeated.")
    ] = None,
    cot_server: Annotated[
        list[str] | None, typer.Option(help="TAK server to call, host:port or tls://host:port; may be repeated.")
    ] = None,
    cot_server_ca: Annotated[Path | None, typer.Option(help="Authority of those servers' certificates (PEM).")] = None,
    cot_server_cert: Annotated[Path | None, typer.Option(help="Certificate shown to those servers (PEM).")] = None,
    cot_server_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    cot_mesh: Annotated[
        str | None, typer.Option(help="Group of a TAK mesh, such as 239.2.3.1:6969.", show_default="off")
    ] = None,
    sync_host: Annotated[
        str | None, typer.Option(help="Address where other sites bring and fetch.", show_default="127.0.0.1")
    ] = None,
    sync_port: Annotated[
        int | None, typer.Option(help="Port for other sites; 0 picks a free one, -1 keeps it shut.", show_default="-1")
    ] = None,
    sync_peers: Annotated[
        list[str] | None, typer.Option(help="Site to call, CODE=https://host:port; may be repeated.")
    ] = None,
    sync_profile: Annotated[
        str | None, typer.Option(help="How the links are used: default or metered.", show_default="default")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate of this server (PEM).")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    db: Db = None,
    site: Annotated[
        str | None, typer.Option(help="Code of a new site, such as BENTIU; later it stays.", show_default="SITE-1")
    ] = None,
    mission: Annotated[
        str | None, typer.Option(help="Pack that describes the mission.", show_default="mission_demo.toml")
    ] = None,
    packs: Annotated[Path | None, typer.Option(help="Folder with packs of your own.")] = None,
    exercise: Annotated[
        bool | None, typer.Option("--exercise/--real", help="A new site is an exercise site, for ever.")
    ] = None,
    tag_block: Annotated[int | None, typer.Option(help="Tag block of a new site, 0 to 1023.", show_default="0")] = None,
    session_idle_min: Annotated[
        int | None, typer.Option(help="Idle minutes after which a session ends.", show_default="15")
    ] = None,
    session_hours: Annotated[int | None, typer.Option(help="Longest life of a session.", show_default="12")] = None,
    password_profile: Annotated[
        str | None, typer.Option(help="Password hashing: laptop or server.", show_default="laptop")
    ] = None,
    config: Config = None,
) -> None:
    """Run a site. An empty folder becomes a new one."""
    found = settings(
        config,
        data=data,
        host=host,
        port=port,
        hosts=hosts or None,
        cot_host=cot_host,
        cot_port=cot_port,
        cot_allow=cot_allow or None,
        cot_client_ca=cot_client_ca,
        cot_extended=cot_extended or None,
        cot_server=cot_server or None,
        cot_server_ca=cot_server_ca,
        cot_server_cert=cot_server_cert,
        cot_server_key=cot_server_key,
        cot_mesh=cot_mesh,
        sync_host=sync_host,
        sync_port=sync_port,
        sync_peers=sync_peers or None,
        sync_profile=sync_profile,
        tls_cert=tls_cert,
        tls_key=tls_key,
        db=db,
        site=site,
        mission=mission,
        packs=packs,
        exercise=exercise,
        tag_block=tag_block,
        session_idle_min=session_idle_min,
        session_hours=session_hours,
        password_profile=password_profile,
    )
    from dunant.web.server import Addresses, check_exposure
    from dunant.web.server import serve as run

    check_exposure(found)
    with opened(found) as open_site:

        def ready(where: Addresses) -> None:
            typer.echo(f"Dunant {open_site.row.code} ({'exercise' if open_site.row.exercise else 'real'}): {where.url}")
            if where.cot_port is not None:
                typer.echo(f"Cursor-on-Target: {found.cot_host}:{where.cot_port}")
            if where.sync_port is not None:
                typer.echo(f"Other sites: https://{found.sync_host}:{where.sync_port}")
            _say_how_to_begin(open_site, found)

        run(open_site, found, ready)


def _say_how_to_begin(site: "Site", found: Settings) -> None:
    from dunant.cli.users import has_accounts

    if not has_accounts(site):
        where = f"--db '{found.db}' " if found.db else ""
        typer.echo("Nobody can sign in yet. Add the first account in another terminal:")
        typer.echo(f"  dunant user add --data {found.data} {where}--role administrator NAME")
