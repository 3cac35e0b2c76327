"""`DN1`: a request or a patient in one line of at most 160 characters, for SMS, mesh chat and HF e-mail.

A wrong check sum is never parsed: the line is kept as it came and called damaged. What ends in `+` was cut; the rest is
at the origin and follows by sync. Absent tokens mean that nothing was said, never a zero.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, cast

from msgspec import Struct

from dunant.casualty.forms import FormPack
from dunant.exchange.forms.plain import CUT, crc16, plain, septets, shortened

COUNTS = ("URGENT_SURGICAL", "URGENT", "PRIORITY", "ROUTINE", "CONVENIENCE")
CHILD = "child"
_DIGITS = 100_000
# A blank before what would read as the next token becomes an underscore.
_LIKE_A_TOKEN = {
    "9": re.compile(r" (?=P\d+\.\d|Q[NHXVO]+(?: |$)|L\d+\.\d|S[0-3](?: |$)|M[0-4](?:[: ]|$)|N[a-z]\d|K\d+(?: |$))"),
    "4": re.compile(r" (?=C|P\d+\.\d|I[A-Z_]+(?: |$)|S[0-3](?: |$))"),
}
_HEAD = r"DN1(?P<x>X?) %s (?P<tag>[0-9A-Z]{6}|-)"
_PLACE = r"(?: @(?P<lat>-?\d{1,2}(?:\.\d{1,9})?),(?P<lon>-?\d{1,3}(?:\.\d{1,9})?)(?:~(?P<ce>\d{1,8}))?)?"
_COUNTED = r"(?: P(?P<counts>\d{1,6}(?:\.\d{1,6}){4}\+?))?"
_NINE = re.compile(
    _HEAD % "9"
    + _PLACE
    + r"(?: F(?P<freq>.*?))?"
    + _COUNTED
    + r"(?: Q(?P<equipment>[NHXVO]+))?(?: L(?P<beds>\d{1,6}\.\d{1,6}\.\d{1,6}))?(?: S(?P<security>[0-3]))?"
    + r"(?: M(?P<marking>[0-4])(?::(?P<text>.*?))?)?"
    + r"(?: N(?P<people>[a-z]\d{1,6}(?:,[a-z]\d{1,6})*\+?))?(?: K(?P<children>\d{1,6}))? "
)
_FOUR = re.compile(
    _HEAD % "4"
    + _PLACE
    + r"(?: F(?P<freq>.*?))?(?: C(?P<title>.*?))?"
    + _COUNTED
    + r"(?: I(?P<incident>[A-Z_]+))?(?: S(?P<security>[0-3]))? "
)
_PATIENT = re.compile(
    _HEAD % "M"
    + r"(?: T(?P<category>[1-4D]))?(?: m=(?P<m>\S*))?(?: i=(?P<i>\S*))?(?: s=(?P<s>\S*))?(?: t=(?P<t>\S*))? "
)
_CLAIM = re.compile(r"DN1X? [0-9A-Z]\b")


class Place(Struct, frozen=True, kw_only=True):
    lat: float
    lon: float
    ce: float | None = None


class RequestLine(Struct, frozen=True, kw_only=True, tag_field="form"):
    """A 9-line (`kind` 9) or a 4-line (4). `lines` by the names of the form pack; `cut` names what is not whole."""

    kind: Literal["9", "4"] = "9"
    tag: str = ""
    exercise: bool = False
    pickup: Place | None = None
    lines: dict[str, object] = {}
    cut: tuple[str, ...] = ()


class SaidInjury(Struct, frozen=True, kw_only=True, omit_defaults=True):
    kind: str
    region: str = ""
    side: str = ""


class SaidTreatment(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`at` is a time of day with its zone, such as `1955Z`."""

    code: str
    limb: str = ""
    at: str = ""


class PatientLine(Struct, frozen=True, kw_only=True, tag_field="form"):
    """One casualty. `signs` are tokens such as `HR130`, `RAD0` (no radial pulse) or `A` (alert)."""

    tag: str = ""
    exercise: bool = False
    category: str | None = None
    mechanism: str | None = None
    injuries: tuple[SaidInjury, ...] = ()
    signs: tuple[str, ...] = ()
    treatments: tuple[SaidTreatment, ...] = ()
    cut: tuple[str, ...] = ()


class Damaged(Struct, frozen=True, kw_only=True):
    """Somebody sent a DN1 line and it did not arrive whole. `reason`: `no_checksum`, `checksum` or `form`."""

    raw: str
    reason: str


def is_dn1(text: str) -> bool:
    """Does it mean to be such a line, whole or not?"""
    return _CLAIM.match(text.strip()) is not None


# -- writing -----------------------------------------------------------------------------------------------------------


def write_dn1(said: RequestLine | PatientLine, pack: FormPack) -> str:
    """The line, at most as long as the pack allows: free text is cut first, then people, then treatments.

    Raises
    ------
    ValueError
        The tag is no tag, or even the shortest form is too long.
    """
    return _write_patient(said, pack) if isinstance(said, PatientLine) else _write_request(said, pack)


def _write_request(said: RequestLine, pack: FormPack) -> str:
    lines = said.lines
    freq, title, text = (_free(name, said) for name in ("freq", "title", "marking_text"))
    people, children = _people(lines.get("nationality"), pack)
    people += CUT if people and "nationality" in said.cut else ""
    counts = _counts(said)

    def written() -> str:
        tokens = [_head(said.exercise, said.kind, said.tag), _place(said.pickup), freq and f"F{freq}"]
        if said.kind == "4":
            tokens += [title and f"C{title}", counts, _coded("I", str(lines.get("incident_type") or ""))]
            tokens += [_coded("S", _short(pack, "security", lines.get("security")))]
        else:
            marking = _short(pack, "marking", lines.get("marking")) or (text and pack.short_of("marking")["OTHER"])
            tokens += [counts, _coded("Q", _equipment(lines, pack)), _beds(lines)]
            tokens += [_coded("S", _short(pack, "security", lines.get("security")))]
            tokens += [marking and f"M{marking}" + (f":{text}" if text else "")]
            tokens += [_coded("N", people), _coded("K", children)]
        return _sealed(tokens)

    over = _over(written(), pack)
    if over > 0 and text:
        text = _cut(text, over, pack)
        over = _over(written(), pack)
    if over > 0 and title:
        title = _cut(title, over, pack)
        over = _over(written(), pack)
    if over > 0 and freq:
        freq = _cut(freq, over, pack)
        over = _over(written(), pack)
    while over > 0 and "," in people:
        people = people.rstrip(CUT).rpartition(",")[0] + CUT
        over = _over(written(), pack)
    return _short_enough(written(), over)


def _write_patient(said: PatientLine, pack: FormPack) -> str:
    injuries = [_injury(one, pack) for one in said.injuries]
    treatments = [_treatment(one, pack) for one in said.treatments]
    signs = [_solid(one) for one in said.signs]
    cut = set(said.cut)

    def listed(mark: str, tokens: list[str], between: str) -> str:
        return f"{mark}={between.join(tokens)}{CUT if mark in cut else ''}" if tokens or mark in cut else ""

    def written() -> str:
        category = _short(pack, "triage", said.category)
        mechanism = f"m={_solid(said.mechanism)}" if said.mechanism else ""
        tokens = [_head(said.exercise, "M", said.tag), _coded("T", category), mechanism]
        return _sealed([*tokens, listed("i", injuries, "+"), listed("s", signs, ","), listed("t", treatments, "+")])

    over = _over(written(), pack)
    for mark, tokens in (("t", treatments), ("s", signs), ("i", injuries)):
        while over > 0 and tokens:
            tokens.pop()
            cut.add(mark)
            over = _over(written(), pack)
    return _short_enough(written(), over)


def _head(exercise: bool, kind: str, tag: str) -> str:
    spoken = tag.upper().removeprefix("D-").removeprefix("X-").replace("-", "")
    if spoken and not re.fullmatch(r"[0-9A-Z]{6}", spoken):
        raise ValueError("tag")
    return f"DN1{'X' if exercise else ''} {kind} {spoken or '-'}"


def _place(place: Place | None) -> str:
    if place is None:
        return ""
    radius = math.floor((place.ce or 0) + 0.5)
    return f"@{degrees(place.lat)},{degrees(place.lon)}{f'~{radius}' if radius > 0 else ''}"


def degrees(value: float) -> str:
    """Five decimals, halves away from zero: the same digits in every language that has IEEE numbers."""
    whole = math.floor(abs(value) * _DIGITS + 0.5)
    return f"{'-' if value < 0 and whole else ''}{whole // _DIGITS}.{whole % _DIGITS:05d}"


def _free(name: str, said: RequestLine) -> str:
    """Free text that cannot be taken for a token; what it lost by that is marked."""
    value = said.lines.get(name)
    if not isinstance(value, str) or not value.strip():
        return CUT if name in said.cut else ""
    text, is_lossy = plain(value)
    text = _LIKE_A_TOKEN[said.kind].sub("_", text.rstrip(CUT).rstrip())
    is_cut = is_lossy or name in said.cut or value.rstrip().endswith(CUT)
    return text + CUT if is_cut else text


def _cut(text: str, over: int, pack: FormPack) -> str:
    twice = pack.limit_of("dn1").twice
    return shortened(text.rstrip(CUT), over + (0 if text.endswith(CUT) else 1), twice)


def _counts(said: RequestLine) -> str:
    counts = said.lines.get("counts")
    if not isinstance(counts, Mapping) or not counts:
        return ""
    numbers = ".".join(str(_number(counts.get(code))) for code in COUNTS)
    beyond = "counts" in said.cut or any(_number(count) for code, count in counts.items() if code not in COUNTS)
    return f"P{numbers}{CUT if beyond else ''}"


def _equipment(lines: Mapping[str, object], pack: FormPack) -> str:
    asked = lines.get("equipment")
    codes = pack.short_of("equipment")
    return "".join(short for code, short in codes.items() if isinstance(asked, list | tuple) and code in asked)


def _beds(lines: Mapping[str, object]) -> str:
    said = [lines.get(name) for name in ("litter", "ambulatory", "escort")]
    return "L" + ".".join(str(_number(one)) for one in said) if any(one is not None for one in said) else ""


def _people(value: object, pack: FormPack) -> tuple[str, str]:
    """Adults by letter, and children; a country is not said."""
    if not isinstance(value, Mapping) or not value:
        return "", ""
    letters = pack.short_of("affiliation")
    found = dict.fromkeys(letters.values(), 0)
    for name, count in value.items():
        code = "DETAINEE" if name == "epw" else str(name).partition(":")[0]
        if name != CHILD:
            found[letters.get(code, letters["UNKNOWN"])] += _number(count)
    people = ",".join(f"{letter}{count}" for letter, count in found.items() if count)
    return people, str(_number(value[CHILD])) if CHILD in value else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else 0


def _short(pack: FormPack, name: str, code: object) -> str:
    return pack.short_of(name).get(code, "") if isinstance(code, str) else ""


def _coded(mark: str, value: str) -> str:
    return mark + value if value else ""


def _injury(one: SaidInjury, pack: FormPack) -> str:
    kind = pack.short_of("injury").get(one.kind, one.kind)
    region = pack.short_of("region").get(one.region, one.region)
    return ".".join(_solid(part) for part in (kind, region, one.side) if part)


def _treatment(one: SaidTreatment, pack: FormPack) -> str:
    code = pack.short_of("intervention").get(one.code, one.code)
    return ".".join(_solid(part) for part in (code, one.limb, one.at) if part)


def _solid(text: str) -> str:
    """One token: no blank, no separator in it."""
    return re.sub(r"[ ,.+*=]+", "_", plain(text)[0])


def _sealed(tokens: Iterable[str | None]) -> str:
    body = " ".join(token for token in tokens if token) + " "
    return f"{body}*{crc16(body.encode('ascii')):04X}"


def _over(line: str, pack: FormPack) -> int:
    limit = pack.limit_of("dn1")
    return septets(line, limit.twice) - limit.characters


def _short_enough(line: str, over: int) -> str:
    if over > 0:
        raise ValueError("too_long")
    return line


# -- reading -----------------------------------------------------------------------------------------------------------


def read_dn1(text: str, pack: FormPack) -> RequestLine | PatientLine | Damaged:
    """What a line says; never raises. Nothing is read out of a line whose check sum is wrong."""
    raw = text.strip("\r\n\t ")
    body, star, sum_ = raw.rpartition("*")
    if not star or not re.fullmatch(r"[0-9A-Fa-f]{4}", sum_):
        return Damaged(raw=text, reason="no_checksum")
    if not body.isascii() or crc16(body.encode("ascii")) != int(sum_, 16):
        return Damaged(raw=text, reason="checksum")
    for shape, read in _READERS:
        found = shape.fullmatch(body)
        if found:
            return read(found.groupdict(), pack)
    return Damaged(raw=text, reason="form")


def _read_request(found: Mapping[str, str | None], pack: FormPack, kind: Literal["9", "4"]) -> RequestLine:
    cut: list[str] = []

    def whole(name: str, group: str) -> str | None:
        value = found.get(group)
        if value is None or not value.endswith(CUT):
            return value
        cut.append(name)
        return value[:-1] or None

    counts, people = whole("counts", "counts"), whole("nationality", "people")
    lines: dict[str, object | None] = {
        "freq": whole("freq", "freq"),
        "title": whole("title", "title"),
        "counts": _numbered(COUNTS, counts),
        "equipment": _listed(found.get("equipment"), pack),
        "security": _long(pack, "security", found.get("security")),
        "marking": _long(pack, "marking", found.get("marking")),
        "marking_text": whole("marking_text", "text"),
        "nationality": _read_people(people, found.get("children"), pack),
        "incident_type": found.get("incident"),
        **(_numbered(("litter", "ambulatory", "escort"), found.get("beds")) or {}),
    }
    return RequestLine(
        kind=kind,
        tag=_tag(found),
        exercise=bool(found["x"]),
        pickup=_read_place(found),
        lines={name: value for name, value in lines.items() if value not in (None, "", {})},
        cut=tuple(cut),
    )


def _read_patient(found: Mapping[str, str | None], pack: FormPack) -> PatientLine:
    parts = {name: found.get(name) or "" for name in "ist"}
    cut = tuple(name for name, value in parts.items() if value.endswith(CUT))
    injuries = [one.split(".") for one in parts["i"].split("+") if one]
    treatments = [one.split(".") for one in parts["t"].split("+") if one]
    return PatientLine(
        tag=_tag(found),
        exercise=bool(found["x"]),
        category=_long(pack, "triage", found.get("category")),
        mechanism=found.get("m") or None,
        injuries=tuple(
            SaidInjury(
                kind=_long(pack, "injury", one[0]) or one[0],
                region=_long(pack, "region", _at(one, 1)) or _at(one, 1),
                side=_at(one, 2),
            )
            for one in injuries
        ),
        signs=tuple(one for one in parts["s"].rstrip(CUT).split(",") if one),
        treatments=tuple(_read_treatment(one, pack) for one in treatments),
        cut=cut,
    )


def _read_treatment(parts: list[str], pack: FormPack) -> SaidTreatment:
    limb, at = _at(parts, 1), _at(parts, 2)
    if limb and not at and re.fullmatch(r"\d{4}[A-Z]", limb):
        limb, at = "", limb
    return SaidTreatment(code=_long(pack, "intervention", parts[0]) or parts[0], limb=limb, at=at)


def _at(parts: list[str], index: int) -> str:
    return parts[index] if index < len(parts) else ""


def _tag(found: Mapping[str, str | None]) -> str:
    spoken = found["tag"] or ""
    return "" if spoken == "-" else f"{'X' if found['x'] else 'D'}-{spoken[:5]}-{spoken[5:]}"


def _read_place(found: Mapping[str, str | None]) -> Place | None:
    lat, lon, ce = found["lat"], found["lon"], found["ce"]
    if lat is None or lon is None or abs(float(lat)) > 90 or abs(float(lon)) > 180:
        return None
    return Place(lat=float(lat), lon=float(lon), ce=float(ce) if ce else None)


def _numbered(names: tuple[str, ...], text: str | None) -> dict[str, int] | None:
    return dict(zip(names, map(int, text.split(".")), strict=True)) if text else None


def _listed(text: str | None, pack: FormPack) -> list[str] | None:
    codes = {short: code for code, short in pack.short_of("equipment").items()}
    return sorted(codes.get(letter, letter) for letter in text) if text else None


def _long(pack: FormPack, name: str, short: str | None) -> str | None:
    return next((code for code, one in pack.short_of(name).items() if one == short), None)


def _read_people(people: str | None, children: str | None, pack: FormPack) -> dict[str, int] | None:
    codes = {short: code for code, short in pack.short_of("affiliation").items()}
    found = {codes.get(one[0], "UNKNOWN"): int(one[1:]) for one in (people or "").split(",") if one}
    return found | ({CHILD: int(children)} if children is not None else {}) or None


_Reader = Callable[[Mapping[str, str | None], FormPack], RequestLine | PatientLine]
_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_NINE, lambda found, pack: _read_request(found, pack, "9")),
    (_FOUR, lambda found, pack: _read_request(found, pack, "4")),
    (_PATIENT, cast("_Reader", _read_patient)),
)
