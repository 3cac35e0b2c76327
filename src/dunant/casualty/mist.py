"""AT-MIST and zMIST of a casualty: the structured record as short forms of the radio have it. Pure, no words."""

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from dunant.casualty import events as e
from dunant.casualty.model import Casualty
from dunant.casualty.model.care import Care
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import Event
from dunant.kernel.merge import union


class AtMist(Struct, frozen=True, kw_only=True):
    """Age, time, mechanism, injuries, signs, treatment: the facts, for whoever words them."""

    age_years: float | None
    age_band: str | None
    child: bool
    sex: str | None
    time: tuple[str | None, str | None]
    mechanisms: tuple[str, ...]
    injuries: tuple[Event, ...]
    signs: Event | None
    treatments: tuple[Event, ...]
    said: tuple[Event, ...]


def at_mist(casualty: Casualty, care: Care) -> AtMist:
    """What is known of each letter; MIST reports of others stay beside it as they were written."""
    injured = casualty.injury_time.interval
    return AtMist(
        age_years=care.detail("age_years").value,
        age_band=casualty.detail("age_band").value,
        child=bool(casualty.detail("child").value),
        sex=casualty.detail("sex").value,
        time=(rfc3339(injured.lo) if injured.lo else None, rfc3339(injured.hi) if injured.hi else None),
        mechanisms=tuple(care.mechanisms),
        injuries=tuple(care.injuries),
        signs=next(iter(care.last_vitals), None),
        treatments=tuple(care.interventions),
        said=tuple(union(casualty.facts, e.MistReported)),
    )


def zmist(known: AtMist, title: str = "") -> e.MistReported:
    """The structured record in the four fields of a zMIST: codes where it has codes, short words where it has words.

    A peer that knows no more than this still learns what was found and done, and when.
    """
    kinds = {str(getattr(event.body, "kind", "")) for event in known.injuries}
    if any(getattr(event.body, "code", "") == "TQ" for event in known.treatments):
        kinds.add("TOURNIQUET")
    return e.MistReported(
        title=title,
        mechanism=next(iter(known.mechanisms), None),
        mechanism_text=" ".join(known.mechanisms[1:]),
        injuries=tuple(sorted(kinds)),
        injuries_text="; ".join(_where(event.body) for event in known.injuries),
        signs=_short_signs(known.signs.body) if known.signs else "",
        treatment="; ".join(_short_act(event) for event in known.treatments),
    )


def _where(body: Any) -> str:
    burnt = f"{body.tbsa_pct:g}%" if body.tbsa_pct is not None else ""
    return _joined((body.kind, body.region, body.side, body.face, burnt))


def _short_signs(body: Any) -> str:
    pressure = None if body.sbp is None else f"BP{body.sbp:g}/" + ("P" if body.dbp is None else f"{body.dbp:g}")
    rates = (("HR", body.hr), ("RR", body.rr), ("SPO2-", body.spo2))
    return _joined((*(f"{name}{value:g}" for name, value in rates if value is not None), pressure, body.avpu))


def _short_act(event: Event) -> str:
    body: Any = event.body
    at = event.header.at.t
    given = body.drug.name if body.drug else body.blood.product if body.blood else body.fluid.name if body.fluid else ""
    return _joined((body.code, body.limb, body.side, given, "OFF" if body.off else "", f"{at:%H%M}Z" if at else ""))


def _joined(words: Iterable[str | None]) -> str:
    return " ".join(word for word in words if word)
