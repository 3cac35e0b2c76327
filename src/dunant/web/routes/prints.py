"""PDFs. A document is made of pages that are read for this reader here and now, so it can tell no more than they do."""

from collections.abc import Iterable, Mapping
from typing import Any

import segno
from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from dunant.kernel.disclosure import released
from dunant.kernel.errors import Denied, Invalid, NotFound
from dunant.services.reading import Query
from dunant.services.reading.pages import MAX_LIMIT
from dunant.web.auth import actor_of
from dunant.web.print import DOCUMENTS, typeset
from dunant.web.print.words import LANGUAGES
from dunant.web.state import Doors


def print_routes() -> list[HTTPRouteHandler]:
    return [_route(name) for name in DOCUMENTS]


def _route(name: str) -> HTTPRouteHandler:
    @get(f"/prints/{name}", name=f"print.{name}", opt={"action": f"print.{name}"}, sync_to_thread=True)
    def read(request: Request[Any, Any, Any]) -> Response[bytes]:
        asked = _asked(name, request.query_params.multi_items())
        language = asked.pop("language")
        made = typeset(DOCUMENTS[name].template, _content(name, request, asked), language)
        headers = {"Cache-Control": "no-store", "Content-Disposition": f'inline; filename="{name}.pdf"'}
        return Response(made, media_type="application/pdf", headers=headers)

    return read


def _content(name: str, request: Request[Any, Any, Any], asked: Mapping[str, str]) -> dict[str, Any]:
    site, actor, document = Doors.of(request.app).site, actor_of(request), DOCUMENTS[name]
    content: dict[str, Any] = {}
    gate = site.pages.outside()
    for part, wanted in document.parts.items():
        try:
            page = site.pages.read(actor, Query(view=wanted.view, limit=MAX_LIMIT, equal=wanted.filters(asked)))
        except (Denied, NotFound):
            if not wanted.optional:
                raise
            content[part] = []
            continue
        if wanted.about and not page.rows:
            raise NotFound(field=document.needs[0], rule="exists")
        site.audit.read(actor, wanted.view, [row["subject"] for row in page.rows if "subject" in row])
        content[part] = released(page.rows, gate, asked.get("subject"))
        content["as_of"] = page.as_of
    site.audit.exported(actor, f"print.{name}", "pdf")
    return {
        **content,
        "asked": asked,
        "mark": _picture(content),
        "site": site.row.code,
        "exercise": any(row.get("exercise") for rows in content.values() if isinstance(rows, list) for row in rows),
        "definition": site.policies.clocks.pack.version,
    }


def _picture(content: Mapping[str, Any]) -> str:
    """The tag of the one casualty a document is about as a QR code, for every desk and phone to look up."""
    rows = content.get("casualty") or [{}]
    tag = rows[0].get("tag")
    return segno.make(tag, error="m", micro=False).svg_inline(border=2) if tag else ""


def _asked(name: str, given: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Raises Invalid with the name of what is missing, strange or said twice."""
    found: dict[str, str] = {}
    known = {*DOCUMENTS[name].needs, "language"}
    for field, value in given:
        if field not in known or field in found:
            raise Invalid(field=field[:64], rule="once" if field in found else "no_such_filter")
        found[field] = value
    for field in sorted(known - {"language"}):
        if field not in found:
            raise Invalid(field=field, rule="required")
    if found.setdefault("language", "en") not in LANGUAGES:
        raise Invalid(field="language", rule="one of " + ", ".join(LANGUAGES))
    return found
