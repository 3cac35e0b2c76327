"""What every triage scheme makes of what somebody sees now. It is about nobody: observations in, answers out."""

from collections.abc import Mapping
from typing import Any

import msgspec

from dunant.casualty.triage import Observations, TriagePack, all_schemes, disagree
from dunant.kernel.errors import Invalid
from dunant.services.reading.asking import Asking, Computed

Row = dict[str, Any]
_READ: Mapping[str, Any] = {"true": True, "false": False, "null": None, "": None}


def triage_page(asking: Asking) -> list[Row]:
    """One row for each scheme that answers. A value of null or none at all means that it was not observed.

    Raises
    ------
    Invalid
        A value that the observation cannot have; `field` names it.
    """
    seen = Observations(**{name: _value(name, text) for name, text in asking.equal.items()})
    pack = asking.policies.triage
    outcomes = all_schemes(pack, seen)
    odd = disagree(outcomes)
    return [{**msgspec.to_builtins(outcome), **_known(pack, outcome.scheme), "disagree": odd} for outcome in outcomes]


def _known(pack: TriagePack, scheme: str) -> Row:
    """What is known of a scheme itself: whether it was compared with its source, and whom it is known to miss."""
    row = pack.get(scheme)
    missed = row.under_triage if row else None
    return {
        "verified": row.verified if row else False,
        "under_triage": {"pct": missed.pct, "low": missed.low, "high": missed.high} if missed else None,
    }


def _value(name: str, text: str) -> Any:
    given = _READ.get(text, text)
    wanted = next(field.type for field in msgspec.structs.fields(Observations) if field.name == name)
    try:
        return msgspec.convert(given, wanted, strict=False)
    except msgspec.ValidationError:
        raise Invalid(field=name, rule="observation") from None


TRIAGE = Computed(resource="clinical", read=triage_page, feeds=(), allows=Observations.__struct_fields__)
