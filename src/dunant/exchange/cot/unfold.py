"""Counts that a peer has edited, told in our own codes: what we added up for it is taken apart again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dunant.exchange.cot.codes import CotCodes


def unfolded(own: Mapping[str, int], said: Mapping[str, int], target: Callable[[str], str]) -> dict[str, int]:
    """Our counts after a peer's edit of the sums it could see.

    `target` names the sum each of our codes was added into. What a sum has gained or lost goes to the code of that
    name, or to the only one behind it; fewer than our own parts together means that the parts are not true any more.
    Folding the answer again gives what the peer said.
    """
    found = dict(own)
    for sum_, count in said.items():
        parts = [code for code in own if code != sum_ and target(code) == sum_]
        apart = sum(own[code] for code in parts)
        if count == apart + own.get(sum_, 0):
            continue
        if len(parts) == 1 and sum_ not in own:
            found[parts[0]] = count
        elif count >= apart:
            found[sum_] = count - apart
        else:
            found |= dict.fromkeys(parts, 0) | {sum_: count}
    return found


def line3_target(codes: CotCodes) -> Callable[[str], str]:
    return lambda code: codes.line3_folded.get(code, code)


def line8_target(codes: CotCodes) -> Callable[[str], str]:
    """The attribute on the wire that an affiliation counts in; an attribute is its own."""
    attributes = {name for name in codes.line8.values() if name != codes.line8.get("source")}
    return lambda name: name if name in attributes else codes.line8_attribute(name)
