"""The API described in OpenAPI 3.1, from the same Structs that decode and encode it."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from dunant import __version__
from dunant.kernel.events import At, Command
from dunant.kernel.views import View
from dunant.services.asked import Outcome, SealedWire
from dunant.services.reading import Change, Page
from dunant.services.reading.computed import COMPUTED
from dunant.services.reading.pages import COMPOSED, DEFAULT_LIMIT, LOCAL, MAX_LIMIT, WHOLE
from dunant.services.reading.wire import ROWS
from dunant.services.syncing.bundles import ImportReport
from dunant.services.syncing.status import SiteStatus
from dunant.web.errors import Problem
from dunant.web.print import DOCUMENTS
from dunant.web.routes.about import PolicyValues, WellBeing
from dunant.web.routes.devices import Judgement, ShutDevice
from dunant.web.routes.session import ClockState, Credentials, Lock, Me, Pin, Watch
from dunant.web.routes.site import BUNDLE, BackupMade, ExportWanted, LinkWanted

REFS = "#/components/schemas/{name}"
_JSON, _GEO = "application/json", "application/geo+json"


def describe(commands: Iterable[type[Command]], views: Mapping[str, View]) -> dict[str, Any]:
    """The whole document. Sorted, so that a change shows up as a small difference."""
    types = sorted(commands, key=lambda command: str(command.__struct_config__.tag))
    shapes: list[Any] = [
        *types,
        *dict.fromkeys(ROWS.values()),
        At,
        Outcome,
        SealedWire,
        Page,
        Problem,
        Me,
        Credentials,
        ClockState,
        Lock,
        Pin,
        Watch,
        Change,
        PolicyValues,
        WellBeing,
        ShutDevice,
        Judgement,
        SiteStatus,
        ImportReport,
        BackupMade,
        ExportWanted,
        LinkWanted,
    ]
    _, schemas = msgspec.json.schema_components(shapes, schema_hook=_anything, ref_template=REFS)
    schemas["Entry"] = _entry(types)
    paths = {
        "/api/v1/login": {"post": _operation("login", "Sign in", body="Credentials", answer="Me", open_door=True)},
        "/api/v1/logout": {"post": _operation("logout", "Sign out", status="204")},
        "/api/v1/session/lock": {
            "post": _operation("session_lock", "Lock the screen; the first time with a new PIN", "Lock", status="204")
        },
        "/api/v1/session/unlock": {"post": _operation("session_unlock", "Open a locked screen by PIN", "Pin", "Me")},
        "/api/v1/session/watch": {
            "post": _operation("session_watch", "The next person takes over the watch", "Credentials", "Watch")
        },
        "/api/v1/me": {"get": _operation("me", "Who is signed in, and what the role may do", answer="Me")},
        "/api/v1/commands": {"post": _commands("commands", "A list of entries, one outcome per entry, in order")},
        "/api/v1/outbox": {
            "post": _commands("outbox", "The same without a session: each entry brings its author's grant", True)
        },
        "/api/v1/devices/shut": {
            "post": _operation("shut_device", "A lost device: what it still sends is held", "ShutDevice", status="204")
        },
        "/api/v1/held/judge": {
            "post": _operation("judge_held", "What becomes of a held entry", "Judgement", "Outcome")
        },
        "/api/v1/site/status": {"get": _operation("site_status", "Links, queues and receipts", answer="SiteStatus")},
        "/api/v1/site/backup": {"post": _operation("site_backup", "Save the site into one file", answer="BackupMade")},
        "/api/v1/site/export": {"post": _file_out("site_export", "What these sites lack, sealed", "ExportWanted")},
        "/api/v1/site/import": {"post": _file_in("site_import", "Take in a file from a stick", "ImportReport")},
        "/api/v1/demo/link": {
            "post": _operation("demo_link", "Cut or mend the link of a demonstration", "LinkWanted", status="204")
        },
        "/api/v1/live": {"get": _live()},
        "/api/v1/policy": {"get": _operation("policy", "Values that screens compute with", answer="PolicyValues")},
        "/api/v1/boundaries": {"get": _document("boundaries", "Outlines of the mission's countries", _GEO)},
        "/api/v1/openapi.json": {"get": _document("openapi", "This document", _JSON)},
        "/health": {"get": _operation("health", "Whether the site is well", answer="WellBeing", open_door=True)},
        **{f"/api/v1/views/{name}": {"get": _view(name, _listed(name, views))} for name in sorted(ROWS)},
        **{f"/api/v1/prints/{name}": {"get": _print(name, document.needs)} for name, document in DOCUMENTS.items()},
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Dunant",
            "version": __version__,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": dict(sorted(paths.items())),
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "securitySchemes": {"session": {"type": "apiKey", "in": "cookie", "name": "dunant-session"}},
        },
    }


def _operation(
    name: str,
    summary: str,
    body: str | None = None,
    answer: str | None = None,
    *,
    status: str = "200",
    open_door: bool = False,
) -> dict[str, Any]:
    good: dict[str, Any] = {"description": summary}
    if answer:
        good["content"] = {_JSON: {"schema": _ref(answer)}}
    made: dict[str, Any] = {
        "operationId": name,
        "summary": summary,
        "security": [] if open_door else [{"session": []}],
        "responses": {status: good, "default": _problem()},
    }
    if body:
        made["requestBody"] = {"required": True, "content": {_JSON: {"schema": _ref(body)}}}
    return made


def _document(name: str, summary: str, media_type: str) -> dict[str, Any]:
    """A document whose shape is told elsewhere: RFC 7946, OpenAPI 3.1."""
    made = _operation(name, summary)
    made["responses"]["200"]["content"] = {media_type: {"schema": {"type": "object"}}}
    return made


def _file_out(name: str, summary: str, body: str) -> dict[str, Any]:
    made = _operation(name, summary, body)
    made["responses"]["200"]["content"] = {BUNDLE: {}}
    return made


def _file_in(name: str, summary: str, answer: str) -> dict[str, Any]:
    made = _operation(name, summary, answer=answer)
    made["requestBody"] = {"required": True, "content": {"application/octet-stream": {}}}
    return made


def _commands(name: str, summary: str, open_door: bool = False) -> dict[str, Any]:
    made = _operation(name, summary, open_door=open_door)
    either = {"oneOf": [_ref("Entry"), _ref("SealedWire")]}
    made["requestBody"] = {"required": True, "content": {_JSON: {"schema": {"type": "array", "items": either}}}}
    outcomes = {"type": "array", "items": _ref("Outcome")}
    made["responses"]["200"]["content"] = {_JSON: {"schema": outcomes}}
    return made


def _live() -> dict[str, Any]:
    made = _operation(
        "live", "Server-sent events: `change`, `clock`, `reset`, `signed_out`; resumes after Last-Event-ID"
    )
    made["responses"]["200"]["content"] = {"text/event-stream": {"schema": _ref("Change")}}
    return made


def _listed(name: str, views: Mapping[str, View]) -> View | None:
    """The view whose columns can be asked for by value; None for what is only listed whole."""
    return None if name in {*WHOLE, *LOCAL, *COMPUTED} else views[COMPOSED.get(name, name)]


def _view(name: str, view: View | None) -> dict[str, Any]:
    made = _operation(f"view_{name}", f"View {name}, as far as this reader may see it")
    page = {"allOf": [_ref("Page"), {"properties": {"rows": {"type": "array", "items": _ref(ROWS[name].__name__)}}}]}
    made["responses"]["200"]["content"] = {_JSON: {"schema": page}}
    made["responses"]["304"] = {"description": "Nothing has changed since the ETag of If-None-Match"}
    if name in COMPUTED:
        made["parameters"] = [_filter(each, each in COMPUTED[name].needs) for each in _filters(name)]
        return made
    filters = [column.name for column in (view.columns if view else ()) if column.type in {"text", "integer", "bool"}]
    made["parameters"] = [
        {
            "name": "limit",
            "in": "query",
            "schema": {"type": "integer", "minimum": 1, "maximum": MAX_LIMIT, "default": DEFAULT_LIMIT},
        },
        {"name": "after", "in": "query", "description": "`next` of the page before", "schema": {"type": "string"}},
        *(_filter(column, _is_required(name, column)) for column in filters),
    ]
    return made


def _print(name: str, needs: Iterable[str]) -> dict[str, Any]:
    made = _document(f"print_{name}", f"PDF {name}, of what this reader may see", "application/pdf")
    made["parameters"] = [*(_filter(one, True) for one in needs), _filter("language", False)]
    return made


def _filters(page: str) -> tuple[str, ...]:
    return (*COMPUTED[page].needs, *COMPUTED[page].allows)


def _filter(name: str, required: bool) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string"}}


def _is_required(view: str, column: str) -> bool:
    return column == "subject" and view in {"timeline", "casualty"}


def _entry(types: list[type[Command]]) -> dict[str, Any]:
    return {
        "type": "object",
        "description": "One entry of an outbox. Author and role come from the session or the capture grant.",
        "required": ["id", "command"],
        "additionalProperties": False,
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "command": {"oneOf": [_ref(command.__name__) for command in types]},
            "at": _ref("At"),
            "rec": {"type": "string", "format": "date-time"},
            "base": {"type": ["array", "null"], "maxItems": 16, "items": {"type": "string"}},
            "author_proof": {"type": "string"},
            "source": {"enum": ["medic", "voice", "sms", None]},
        },
    }


def _anything(kind: type) -> dict[str, Any]:
    """The lines of a form may be of any shape; everything else has one."""
    if kind is object:
        return {"description": "anything"}
    raise NotImplementedError(kind)


def _ref(name: str) -> dict[str, str]:
    return {"$ref": REFS.format(name=name)}


def _problem() -> dict[str, Any]:
    return {"description": "What went wrong", "content": {"application/problem+json": {"schema": _ref("Problem")}}}
