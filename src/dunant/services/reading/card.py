"""The card of one casualty, as a DD1380 has it: for who sees the whole clinical record; names by their own right."""

from typing import Any

import msgspec
from msgspec.structs import replace

from dunant.casualty.cards import Card, card_of, sheets
from dunant.kernel.errors import NotFound
from dunant.kernel.facts import Facts
from dunant.kernel.ids import SubjectId
from dunant.services.reading.asking import Asking, Computed, Row

# What a card shows of the clinical record; who sees less of a casualty sees no card of it.
_SHOWN = frozenset({"mist", "injuries", "treatments", "vitals", "notes"})
_NAMED = {"name": "NAME", "last4": "TCC_SERVICE_NO", "roster": "ZAP"}
# Not who somebody is, but who those can guess that know: shown to nobody who may see no name at all.
_BESIDE = ("service", "unit", "responder", "responder_last4")


def card(asking: Asking) -> list[Row]:
    """One row for each sheet.

    Raises
    ------
    NotFound
        No such casualty for this reader, or not the whole record of it.
    """
    subject = SubjectId(asking.equal["subject"])
    found = asking.whole("clinical_summary", subject=subject)
    sight = asking.policy.sight(asking.actor, "clinical")
    if not found or not sight.groups(found[0], asking.actor) >= _SHOWN:
        raise NotFound(field="subject", rule="exists")
    facts = Facts(subject, (event for event, _ in asking.look.events(subject)))
    made = card_of(facts, asking.policies.casualty)
    known = {(row.get("kind"), row.get("value")) for row in asking.rows("identities", subject=subject)}
    hidden = [name for name, kind in _NAMED.items() if (kind, getattr(made, name)) not in known]
    made = replace(made, **dict.fromkeys([*hidden, *(() if known else _BESIDE)], ""))
    parts = sheets(made)
    return [_row(subject, n + 1, len(parts), part, asking) for n, part in enumerate(parts)]


def _row(subject: SubjectId, sheet: int, of: int, part: Card, asking: Asking) -> Row:
    written: dict[str, Any] = {name: msgspec.to_builtins(getattr(part, name)) for name in Card.__struct_fields__}
    acts = {row.code: row.letter for row in asking.policies.care.intervention}
    treatments = [{**one, "letter": acts.get(one["code"], "")} for one in written["treatments"]]
    return {**written, "treatments": treatments, "subject": subject, "sheet": sheet, "sheets": of}


CARD = Computed(resource="clinical", read=card, feeds=("clinical_summary", "identities"), needs=("subject",))
