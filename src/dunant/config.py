"""Settings of a site: by flag, by environment (`DUNANT_…`) or by TOML, in this order of strength.

Values are handed down as parameters; nothing below this layer looks anything up.
"""

import os
import re
import tomllib
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from dunant.kernel.errors import DunantError

PREFIX = "DUNANT_"
_SERVER = re.compile(r"(?:(?:tcp|tls)://)?(?:\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5}")
_MESH = re.compile(r"(?:\d{1,3}\.){3}\d{1,3}(?::\d{1,5})?")
_ROUTE = re.compile(r"[A-Z0-9-]{2,24}=https://\S+")


class SettingsInvalid(DunantError):
    """A setting has the wrong form; `params` name it and the rule."""

    code = "config.invalid"


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set. Each field is documented in `docs/operate.md`; a test keeps that complete."""

    # Folder of the site: database, key, witness file.
    data: Path = Path("dunant-data")
    # PostgreSQL address; empty keeps the site in SQLite inside `data`.
    db: str = ""
    # Where the web interface listens. Anything but loopback needs TLS.
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65535)] = 8000
    # Names the web interface answers to besides loopback. Empty with TLS: whatever the certificate is good for.
    hosts: tuple[str, ...] = ()
    # Where Cursor-on-Target clients connect; 0 picks a free port, -1 switches the listener off.
    cot_host: str = "127.0.0.1"
    cot_port: Annotated[int, Meta(ge=-1, le=65535)] = 8087
    # Networks (CIDR) whose CoT clients are let in without a client certificate; loopback always is.
    cot_allow: tuple[str, ...] = ()
    # Certificate authority that CoT client certificates must come from; makes the CoT port TLS.
    cot_client_ca: Path | None = None
    # Names of CoT peers (certificate name, address or `loopback`) that read surgical and convenience on line 3 apart.
    cot_extended: tuple[str, ...] = ()
    # TAK servers that this site calls as a client: `host:port` or `tls://host:port`.
    cot_server: tuple[str, ...] = ()
    # Authority their certificates come from, and the certificate this site shows them.
    cot_server_ca: Path | None = None
    cot_server_cert: Path | None = None
    cot_server_key: Path | None = None
    # Group and port of a TAK mesh without a server, such as 239.2.3.1:6969; empty is off.
    cot_mesh: str = ""
    # Where other sites of the mission bring and fetch; 0 picks a free port, -1 keeps the door shut.
    sync_host: str = "127.0.0.1"
    sync_port: Annotated[int, Meta(ge=-1, le=65535)] = -1
    # Sites that this one calls: `MHQ=https://mhq.example:8443`. What the enrolment named is called without saying so.
    sync_peers: tuple[str, ...] = ()
    # How the links are: default, or metered (asks less often).
    sync_profile: str = "default"
    tls_cert: Path | None = None
    tls_key: Path | None = None
    # Site code for a new folder: 2–24 of A–Z, 0–9 and hyphen. Fixed at creation.
    site: Annotated[str, Meta(pattern=r"^[A-Z0-9-]{2,24}$")] = "SITE-1"
    # Pack that describes the mission, by file name; a folder of own packs may hold another.
    mission: str = "mission_demo.toml"
    packs: Path | None = None
    # A new site is an exercise site: everything on it is marked, for ever. Not said: as the mission pack is.
    exercise: bool | None = None
    # Two characters of the tags this site hands out, as a number from 0 to 1023; fixed at creation.
    tag_block: Annotated[int, Meta(ge=0, le=1023)] = 0
    # Idle minutes after which a session ends, and its longest life in hours (interop §9.1).
    session_idle_min: Annotated[int, Meta(ge=1)] = 15
    session_hours: Annotated[int, Meta(ge=1)] = 12
    # Password hashing profile: "laptop" (19 MiB) or "server" (64 MiB).
    password_profile: str = "laptop"


def load(flags: Mapping[str, Any], environment: Mapping[str, str] | None = None, file: Path | None = None) -> Settings:
    """Settings from all three places; a flag of None counts as not given.

    Raises
    ------
    SettingsInvalid
        Names the setting and the rule it breaks.
    """
    found: dict[str, Any] = {}
    if file is not None:
        try:
            found.update(tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, tomllib.TOMLDecodeError) as wrong:
            raise SettingsInvalid(field=str(file), rule=f"unreadable: {wrong}") from None
    env = os.environ if environment is None else environment
    for name in Settings.__struct_fields__:
        if PREFIX + name.upper() in env:
            found[name] = _from_text(name, env[PREFIX + name.upper()])
    found.update({name: value for name, value in flags.items() if value is not None})
    try:
        settings = msgspec.convert(found, Settings, strict=False, dec_hook=_path)
    except msgspec.ValidationError as wrong:
        rule, _, path = str(wrong).partition(" - at ")
        raise SettingsInvalid(field=path.strip("`$.") or "settings", rule=rule) from None
    _check(settings)
    return settings


def _check(settings: Settings) -> None:
    """Rules that a type cannot say."""
    if settings.db and not settings.db.startswith(("postgresql://", "postgresql+psycopg://")):
        raise SettingsInvalid(field="db", rule="postgresql://…")
    for route in settings.sync_peers:
        if not _ROUTE.fullmatch(route):
            raise SettingsInvalid(field="sync_peers", rule="CODE=https://host:port")
    for server in settings.cot_server:
        if not _SERVER.fullmatch(server):
            raise SettingsInvalid(field="cot_server", rule="host:port or tls://host:port")
    if settings.cot_mesh and not _MESH.fullmatch(settings.cot_mesh):
        raise SettingsInvalid(field="cot_mesh", rule="IPv4 address, or address:port")
    for network in settings.cot_allow:
        try:
            ip_network(network)
        except ValueError as wrong:
            raise SettingsInvalid(field="cot_allow", rule=str(wrong)) from None


def _from_text(name: str, text: str) -> Any:
    if name in {"cot_allow", "cot_extended", "cot_server", "hosts", "sync_peers"}:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _path(kind: type, value: Any) -> Any:
    if kind is Path:
        return Path(value)
    raise NotImplementedError(kind)
