"""Rules of custody: only a holder hands over, whoever takes over says so, and a claim is never turned away.

A claim that arrives late is kept beside the others (casualty §14): a guard that refused it would lose somebody's word.
"""

from collections.abc import Iterator

from dunant.casualty import commands as c
from dunant.casualty import events as e
from dunant.casualty.errors import IsClosed, NotHolder, OrderOfStates
from dunant.casualty.model import ENDINGS, Custody
from dunant.casualty.rules.asking import milestone
from dunant.casualty.rules.casualties import reported
from dunant.kernel.access import Actor
from dunant.kernel.clock import rfc3339
from dunant.kernel.deciding import Context, Rules
from dunant.kernel.errors import Invalid
from dunant.kernel.events import Fact
from dunant.kernel.facts import Facts
from dunant.kernel.ids import EventId, SubjectId


def offer_custody(asked: c.OfferCustody, known: Facts, context: Context) -> Iterator[Fact]:
    """Offer a casualty. An offer told twice, or one that has been answered before it arrived, is the same offer.

    Raises
    ------
    NotHolder
        Somebody else has the casualty in hands (invariant 1).
    """
    _open(known)
    custody = Custody(known)
    by = context.actor.user
    if any(offer.header.by.user == by for offer in custody.offers_of(asked.nonce)):
        return
    held_then = custody.held_at(context.at.t) if context.at.t else None
    is_answered = any(link.nonce == asked.nonce for link in custody.chain)
    if custody.holders and by not in custody.holders and by != held_then and not is_answered:
        raise NotHolder(field="casualty", rule="only_the_holder_offers")
    yield Fact(
        subject=asked.casualty,
        body=e.CustodyOffered(
            nonce=asked.nonce,
            mode=asked.mode,
            to_role=asked.to_role,
            to_facility=asked.to_facility,
            to_leg=asked.to_leg,
            card_hash=asked.card_hash,
        ),
        base=context.base if context.base is not None else _own(custody, by),
    )


def _own(custody: Custody, holder: str) -> tuple[EventId, ...]:
    """A giver passes on what he holds; another's claim beside it he cannot settle."""
    heads = custody.reading.heads
    mine = tuple(entry.event.id for entry in heads if entry.value.get("holder") == holder)
    return mine or tuple(entry.event.id for entry in heads)


def accept_custody(asked: c.AcceptCustody, known: Facts, context: Context) -> Iterator[Fact]:
    """Take a casualty over. At a facility this is the transfer of care (M12), and may end the request (R15).

    Raises
    ------
    Invalid
        A facility is accepted for by somebody who does not work there, or a proof came in unchecked.
    """
    _open(known)
    if asked.proof and context.signer is None:
        # Whoever let it in has not looked at it.
        raise Invalid(field="proof", rule="checked")
    custody = Custody(known)
    receiver = context.signer or context.actor
    facility = _facility(asked, receiver)
    if asked.nonce and any(x.nonce == asked.nonce and x.holder == receiver.user for x in custody.chain):
        return
    if not asked.nonce and custody.holders == [receiver.user] and custody.facility == facility:
        return
    is_passed_on = context.signer is not None and context.signer.user != context.actor.user
    yield Fact(
        subject=asked.casualty,
        body=e.CustodyAccepted(
            mode=asked.mode,
            nonce=asked.nonce or "",
            facility=facility,
            leg=asked.leg,
            holder=receiver.user if is_passed_on else None,
            holder_role=receiver.role if is_passed_on else None,
            key=context.signer.device if context.signer else "",
        ),
        base=_seen(asked, custody, context),
    )
    if facility:
        yield milestone(asked.casualty, "M12", facility=facility)
        yield from _completed(asked.casualty, facility, context)


def _facility(asked: c.AcceptCustody, receiver: Actor) -> SubjectId | None:
    """The receiver's own: nobody accepts a casualty, and the sight of its record, in another house's name."""
    own = SubjectId(receiver.facility) if receiver.facility else None
    if asked.facility and asked.facility != own:
        raise Invalid(field="facility", rule="own_facility")
    return None if asked.leg else own


def _seen(asked: c.AcceptCustody, custody: Custody, context: Context) -> tuple[EventId, ...]:
    """What the receiver had seen: of an offer, what its giver had seen; else whoever held it at that moment.

    Somebody's claim that arrived here while this one was under way is not in it: the two stand against each other.
    """
    offers = tuple(offer.id for offer in custody.offers_of(asked.nonce or ""))
    if context.base is not None or offers:
        return tuple(dict.fromkeys((*(context.base or ()), *offers)))
    at = context.at.t
    heads = [entry.event for entry in custody.reading.heads]
    return tuple(event.id for event in heads if at is None or (event.header.at.t or event.header.rec) <= at)


def _completed(casualty: SubjectId, facility: SubjectId, context: Context) -> Iterator[Fact]:
    """Requests whose last patient has now come where he was to be brought: nobody has to remember to close them (R15).

    An acceptance elsewhere than where the legs of the request were bound leaves it open, and is marked on the casualty.
    """
    for row in context.rows("requests"):
        if casualty not in row["casualties"] or row["status"] in ENDINGS:
            continue
        legs = context.rows("legs", request=row["subject"])
        bound_for = {leg["destination"] for leg in legs} - {None}
        others = (context.known(SubjectId(one)) for one in row["casualties"] if one != casualty)
        is_here = not bound_for or facility in bound_for
        if is_here and all(_is_delivered(facts, bound_for, row["submitted_at"]) for facts in others):
            yield Fact(subject=SubjectId(row["subject"]), body=e.EvacRequestClosed(outcome="COMPLETED"))


def _is_delivered(casualty: Facts, bound_for: set[str], since: str) -> bool:
    """Need not be brought any more: taken over at a destination after the request was made, or a false report."""
    if casualty.of(e.CasualtyCancelled):
        return True
    custody = Custody(casualty)
    if custody.facility is None or custody.since is None or rfc3339(custody.since) < since:
        return False
    return not bound_for or custody.facility in bound_for


def refuse_custody(asked: c.RefuseCustody, known: Facts, context: Context) -> Iterator[Fact]:
    """Turn an offer down. Without a nonce there must be one that can be meant.

    Raises
    ------
    OrderOfStates
        Nobody has offered this casualty.
    """
    _open(known)
    if not asked.nonce and Custody(known).open_offer is None:
        raise OrderOfStates(field="nonce", rule="open_offer")
    yield Fact(subject=asked.casualty, body=e.CustodyRefused(nonce=asked.nonce or "", reason=asked.reason))


def _open(known: Facts) -> None:
    reported(known)
    if known.of(e.CasualtyCancelled):
        raise IsClosed(field="casualty", rule="must_be_open")


RULES: Rules = {
    c.OfferCustody: offer_custody,
    c.AcceptCustody: accept_custody,
    c.RefuseCustody: refuse_custody,
}
