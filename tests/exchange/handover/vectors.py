"""The vectors that both ends are held to: `python -m tests.exchange.handover.vectors` writes them anew."""

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from nacl.signing import SigningKey

from dunant.exchange.handover.codec import texts
from dunant.exchange.handover.model import Pass, Record
from dunant.exchange.handover.signing import IssuedPass, issue, key_id, signed, unpadded

FILE = Path(__file__).parents[2] / "references" / "handover.json"
SITE, PHONE, STRANGER = (SigningKey(bytes([n]) * 32) for n in (1, 2, 3))
START = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
AT_MS = int(START.timestamp() * 1000) + 25 * 60_000
CASUALTY, GIVER, RECEIVER = (f"0195b8e0-0000-7000-8000-00000000000{n}" for n in (1, 2, 3))
HOSPITAL = "0195b8e0-0000-7000-8000-000000000004"
CARD: dict[str, Any] = {
    "age": "25-34",
    "toi": "2026-03-14T12:00:00Z",
    "mechanism": ["BLAST"],
    "injuries": ["AMPUTATION LEG_LOWER L", "BURN TRUNK 8%"],
    "signs": [["12:20", "HR 130", "BP 90/60", "RR 28", "SPO2 92", "AVPU V"]],
    "treatment": [["TQ", "LL", "12:04"], ["TXA", "1 g IV", "12:15"]],
    "allergies": ["penicillin"],
}


def a_pass(site: SigningKey = SITE, code: str = "ALPHA", role: str = "medic", user: str = GIVER) -> IssuedPass:
    said = Pass(
        site=code,
        issuer=key_id(bytes(site.verify_key)),
        user=user,
        role=role,
        unit="INDBATT",
        contingent="XAA",
        facility=HOSPITAL if role == "clinician" else "",
        starts_s=int(START.timestamp()),
        ends_s=int(START.timestamp()) + 30 * 86_400,
        public=unpadded(bytes(PHONE.verify_key)),
    )
    return issue(said, lambda text: site.sign(text).signature)


OFFER = Record(
    kind="o", casualty=CASUALTY, tag="D-4KQ2M-B", at_ms=AT_MS, nonce="n0nce-0001", mode="QR", to_role="clinician",
    facility=HOSPITAL, card_hash="q83vEjRWeJA", card=CARD,
)  # fmt: skip
ACCEPTANCE = Record(
    kind="a", casualty=CASUALTY, tag="D-4KQ2M-B", at_ms=AT_MS + 60_000, nonce="n0nce-0001", mode="QR",
    facility=HOSPITAL, giver=GIVER,
)  # fmt: skip
# Long enough for several symbols: what does not repeat does not shrink.
NOISE = [hashlib.sha512(bytes([n])).hexdigest() for n in range(40)]
LONG = Record(kind="c", casualty=CASUALTY, tag="X-4KQ2M-B", at_ms=AT_MS, exercise=True, card={"notes": NOISE})


def made() -> dict[str, Any]:
    """Vectors: what must be read as what, and what must be refused as what."""
    offer = signed(OFFER, a_pass(), PHONE)
    good = [
        _good("offer", OFFER, a_pass()),
        _good("acceptance by a clinician", ACCEPTANCE, a_pass(role="clinician", user=RECEIVER)),
        _good("a long card in parts", LONG, a_pass()),
    ]
    [text] = texts(offer)
    parts = texts(signed(LONG, a_pass(), PHONE))
    flipped = text[:40] + ("A" if text[40] != "A" else "B") + text[41:]
    forged = signed(OFFER, a_pass(), STRANGER)
    unknown, borrowed = a_pass(STRANGER, "ZULU"), a_pass(SITE, "BRAVO")
    late = msgspec.structs.replace(OFFER, at_ms=AT_MS + 31 * 86_400_000)
    bad = [
        _bad("a wrong character", "exchange.damaged", [flipped]),
        _bad("cut short", "exchange.damaged", [text[:-9]]),
        _bad("another alphabet", "exchange.damaged", [text[:20] + "é" + text[21:]]),
        _bad("a part is missing", "exchange.incomplete", parts[1:]),
        _bad("parts of two codes", "exchange.damaged", [parts[0], *texts(offer + bytes(3000))[1:]]),
        _bad("a later version", "exchange.unknown_version", ["DNH2:" + text[5:]]),
        _bad("something else", "exchange.unknown_version", ["https://example.org"]),
        _bad("signed by another key", "exchange.bad_signature", texts(forged)),
        _bad("a site nobody knows", "exchange.foreign_key", texts(signed(OFFER, unknown, PHONE))),
        _bad("a site's name under another's key", "exchange.foreign_key", texts(signed(OFFER, borrowed, PHONE))),
        _bad("after the grant", "exchange.expired_key", texts(signed(late, a_pass(), PHONE))),
        {**_bad("a revoked grant", "exchange.revoked_key", [text]), "revoked": [key_id(bytes(PHONE.verify_key))]},
    ]
    return {
        "origin": "Made by tests/exchange/handover/vectors.py; Dunant casualty specification, section 14",
        "issuers": {key_id(bytes(SITE.verify_key)): {"site": "ALPHA", "public": unpadded(bytes(SITE.verify_key))}},
        "now_ms": AT_MS + 40 * 86_400_000,
        "phone_seed": unpadded(bytes(PHONE)),
        "phone_key": key_id(bytes(PHONE.verify_key)),
        "pass": str(a_pass()),
        "good": good,
        "bad": bad,
    }


def _good(name: str, record: Record, issued: IssuedPass) -> dict[str, Any]:
    return {
        "name": name,
        "record": msgspec.to_builtins(record),
        "pass": msgspec.json.decode(issued.said),
        "texts": texts(signed(record, issued, PHONE)),
    }


def _bad(name: str, error: str, scanned: list[str]) -> dict[str, Any]:
    return {"name": name, "texts": scanned, "error": error}


if __name__ == "__main__":
    FILE.write_text(json.dumps(made(), indent=1, ensure_ascii=False) + "\n")
