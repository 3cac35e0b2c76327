"""What a NOTICAS says: made from the facts of one casualty when it is shown or sent, and never stored (casualty §15).

The hash that is stored covers the identities with the ids of the events that carry them. Those ids are nowhere but
where names may be, so that nobody finds a name by trying names until the hash fits.
"""

import hashlib
from collections.abc import Mapping

from msgspec import Struct

from dunant.casualty.model import NO_POLICY, Casualty, Notification
from dunant.kernel.clock import rfc3339
from dunant.kernel.events import canonical
from dunant.kernel.facts import Facts

# Kinds of identity that stand in a notice, in their order.
NAMED_BY = ("NAME", "UN_INDEX", "TCC_SERVICE_NO")


class Notice(Struct, frozen=True, kw_only=True):
    """The content of one version. `sources`: events that the identities were read from."""

    tag: str
    version: int
    exercise: bool
    triggers: tuple[tuple[str, str], ...]
    identities: tuple[tuple[str, str, str], ...]
    sources: tuple[str, ...]
    affiliation: str
    contingent: str
    cause: str
    severity: str


def notice_of(facts: Facts, version: int) -> Notice:
    """Read under no policy, so that it says the same at every site and under every version of the packs."""
    casualty, notification = Casualty(facts, NO_POLICY), Notification(facts)
    shown = [(kind, event) for kind in NAMED_BY if (event := casualty.shown_assertion(kind)) is not None]
    return Notice(
        tag=casualty.tags.value or "",
        version=version,
        exercise=casualty.exercise,
        triggers=tuple((one.code, rfc3339(one.at)) for one in notification.triggers),
        identities=tuple((kind, getattr(event.body, "value", ""), casualty.standing(event)) for kind, event in shown),
        sources=tuple(event.id for _, event in shown),
        affiliation=casualty.detail("affiliation").value or "",
        contingent=casualty.contingent or "",
        cause=casualty.detail("cause").value or "",
        severity=casualty.detail("severity").value or "",
    )


def hash_of(notice: Notice) -> str:
    """What a version was made from, for comparing; it gives nothing of it away."""
    return hashlib.sha256(canonical(notice)).hexdigest()


def render(notice: Notice, words: Mapping[str, str], mission: str) -> str:
    """The text in one language, codes unchanged, one line for each field that is known.

    Parameters
    ----------
    words : code of a line (`title`, `NAME`, `trigger` …) → its words in that language
    mission : code of the mission
    """
    said = [
        ("mission", mission),
        ("reference", f"{notice.tag} v{notice.version}"),
        *(("trigger", f"{code} {at}") for code, at in notice.triggers),
        *((kind, f"{value} ({words.get(state, state)})") for kind, value, state in notice.identities),
        ("affiliation", notice.affiliation),
        ("contingent", notice.contingent),
        ("cause", notice.cause),
        ("severity", notice.severity),
        ("gate", words.get("keep", "")),
    ]
    title = f"EXERCISE — {words['title']} — EXERCISE" if notice.exercise else words["title"]
    return "\n".join([title, *(f"{words.get(code, code)}: {value}" for code, value in said if value)])
