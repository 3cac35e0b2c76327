"""What screens need to know once: policy values, boundaries, the description of the API, and whether we are well."""

from pathlib import Path
from typing import Any

import msgspec
from litestar import MediaType, Request, Response, get
from msgspec import Struct

from dunant import __version__
from dunant.casualty.care import CarePack
from dunant.casualty.forms import FormPack
from dunant.casualty.standards import limits_of
from dunant.casualty.triage import BOUNDS, ExpectantRule, Step
from dunant.exchange.cot.codes import core_codes
from dunant.exchange.forms.voice import Language
from dunant.services.health import State
from dunant.web.auth import OPEN
from dunant.web.state import Doors


class WellBeing(Struct, frozen=True, kw_only=True):
    """`read_only`: the disk is full or locked; what is known can be seen, nothing can be recorded."""

    status: State
    version: str


class ClockValue(Struct, frozen=True, kw_only=True):
    code: str
    limit_min: float
    amber_min: float


class CategoryValue(Struct, frozen=True, kw_only=True):
    code: str
    label_id: str
    shape: str
    color: str
    rank: int


class SchemeValue(Struct, frozen=True, kw_only=True):
    """What a phone needs to answer as `dunant.casualty.triage` does, without a network."""

    categories: list[CategoryValue]
    version: str
    default: str
    steps: tuple[Step, ...]


class FormFieldValue(Struct, frozen=True, kw_only=True):
    name: str
    kind: str
    mark: str


class FormLineValue(Struct, frozen=True, kw_only=True):
    number: str
    fields: list[FormFieldValue]


class FormValue(Struct, frozen=True, kw_only=True):
    """`launch_min_fields`: each inner list is met by any one of its names; all met = it may launch."""

    code: str
    about: str
    dialects: list[str]
    launch_min_fields: list[list[str]]
    line: list[FormLineValue]


class TextLimitValue(Struct, frozen=True, kw_only=True):
    characters: int
    twice: str


class FormValues(Struct, frozen=True, kw_only=True):
    """Forms, and the codes of the text line DN1: list → code → what the line writes."""

    form: list[FormValue]
    short: dict[str, dict[str, str]]
    limit: TextLimitValue


class VoiceValue(Struct, frozen=True, kw_only=True):
    """How one language reads a form aloud. Templates hold `{name}`; `words`: field → code → what is said."""

    digits: list[str]
    alphabet: list[str]
    decimal: str
    between: str
    comma: str
    sentence: str
    line: str
    opening: str
    opening_untagged: str
    exercise: str
    closing: str
    yes: str
    no: str
    none: str
    north: str
    south: str
    east: str
    west: str
    within: str
    time: str
    forms: dict[str, str]
    fields: dict[str, str]
    words: dict[str, dict[str, str]]


class ExpectantValue(Struct, frozen=True, kw_only=True):
    """Who may call somebody expectant, and in which postures."""

    category: str
    postures: list[str]
    roles: list[str]


class ActValue(Struct, frozen=True, kw_only=True):
    """Something that can be done: its letter of MARCH-PAWS, whether it saves a life, and what a screen asks for."""

    code: str
    letter: str
    lsi: bool
    asks: list[str]


class RangeValue(Struct, frozen=True, kw_only=True):
    """Bounds beyond which a value is a slip of the hand; both inside."""

    low: float
    high: float
    unit: str


class CareValues(Struct, frozen=True, kw_only=True):
    """`codes`: lists by name (`care.region` …). `ranges`: by field of a command."""

    acts: list[ActValue]
    ranges: dict[str, RangeValue]
    codes: dict[str, list[str]]


class PolicyValues(Struct, frozen=True, kw_only=True):
    """Values that screens compute with, each from its pack."""

    clocks: list[ClockValue]
    clock_version: str
    thresholds: dict[str, Any]
    triage: dict[str, SchemeValue]
    triage_bounds: dict[str, int]
    care: CareValues
    triage_precedence: dict[str, str]
    expectant: ExpectantValue
    map_notice: dict[str, str]
    languages: list[str]
    forms: FormValues
    voice: dict[str, VoiceValue]


OPENAPI = Path(__file__).parent.parent / "openapi.json"


@get("/health", opt={"action": OPEN}, sync_to_thread=True)
def health(request: Request[Any, Any, Any]) -> WellBeing:
    """Whether facts can be taken. Says nothing of what the site holds."""
    doors = Doors.of(request.app)
    status = doors.site.health.state() if doors.started and not doors.closing else "starting"
    return WellBeing(status=status, version=__version__)


@get("/policy", opt={"action": "policy.read"}, sync_to_thread=False)
def policy(request: Request[Any, Any, Any]) -> PolicyValues:
    """Values that screens compute with, each from its pack."""
    packs = Doors.of(request.app).site.policies
    limits = {row.code: limits_of(row, packs.thresholds) for row in packs.clocks.main}
    categories = [
        CategoryValue(code=row.code, label_id=row.label_id, shape=row.shape, color=row.color, rank=row.rank)
        for row in packs.triage.category
    ]
    return PolicyValues(
        clocks=[
            ClockValue(code=code, limit_min=limit.limit_min, amber_min=limit.amber_min)
            for code, limit in limits.items()
        ],
        clock_version=packs.clocks.pack.version,
        thresholds={row.key: row.value for row in packs.thresholds.value},
        triage={
            scheme.id: SchemeValue(
                categories=categories, version=scheme.version, default=scheme.default, steps=scheme.steps
            )
            for scheme in packs.triage.enabled
        },
        triage_bounds=dict(BOUNDS),
        care=_care(packs.care),
        # Of two precedences of one category the lower: surgery is for somebody to state.
        triage_precedence={row.triage: row.code for row in packs.precedence.canonical if row.triage},
        expectant=_expectant(packs.triage.expectant),
        map_notice={row.language: row.text for row in packs.map_notice.notice},
        languages=list(packs.mission.mission.languages),
        forms=_forms(packs.forms),
        voice={row.code: _voice(packs.voice.of(row.code, core_codes())) for row in packs.voice.language},
    )


def _forms(pack: FormPack) -> FormValues:
    limit = pack.limit_of("dn1")
    return FormValues(
        form=[msgspec.convert(row, FormValue, from_attributes=True) for row in pack.form],
        short={row.list: dict(row.codes) for row in pack.short},
        limit=TextLimitValue(characters=limit.characters, twice=limit.twice),
    )


def _voice(language: Language) -> VoiceValue:
    return msgspec.convert(language, VoiceValue, from_attributes=True)


def _expectant(rule: ExpectantRule) -> ExpectantValue:
    return ExpectantValue(category=rule.category, postures=list(rule.postures), roles=list(rule.roles))


def _care(pack: CarePack) -> CareValues:
    return CareValues(
        acts=[
            ActValue(code=row.code, letter=row.letter, lsi=row.lsi, asks=list(row.asks)) for row in pack.intervention
        ],
        ranges={
            row.field: RangeValue(low=row.low, high=row.high, unit=row.unit) for row in (*pack.vital, *pack.detail)
        },
        codes={name: list(row.codes) for name, row in pack.lists.items()},
    )


@get("/boundaries", opt={"action": "boundaries.read"}, media_type=MediaType.JSON, sync_to_thread=True)
def boundaries(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Outlines of the mission's countries; nothing on a map comes from elsewhere."""
    packs = Doors.of(request.app).site.policies
    features = []
    for country in packs.mission.mission.countries:
        shapes = msgspec.json.decode(packs.shelf.raw(f"boundaries/{country.lower()}.geo.json"))
        features.extend(shapes["features"])
    body = msgspec.json.encode({"type": "FeatureCollection", "features": features})
    return Response(body, media_type="application/geo+json", headers={"Cache-Control": "private, max-age=86400"})


@get("/openapi.json", opt={"action": "openapi.read"}, media_type=MediaType.JSON, sync_to_thread=True)
def openapi(request: Request[Any, Any, Any]) -> Response[bytes]:
    return Response(OPENAPI.read_bytes(), media_type=MediaType.JSON)
