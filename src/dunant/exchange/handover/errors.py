"""Why a hand-over code is not taken: the screen says which, and nothing of the code is recorded.

Refused
├── Damaged          characters are missing or wrong
├── Incomplete       parts are still to be read; `missing` names them
├── UnknownVersion   no code of ours, or one of a later version
├── BadSignature     whole, and not what its signer signed
├── ForeignKey       signed under a site that is not of this mission, as far as is known here
├── RevokedKey       the signer's device or grant, or the signer's site, was shut
└── ExpiredKey       the grant had run out
"""

from dunant.kernel.errors import Refused


class Damaged(Refused):
    code = "exchange.damaged"


class Incomplete(Refused):
    code = "exchange.incomplete"


class UnknownVersion(Refused):
    code = "exchange.unknown_version"


class BadSignature(Refused):
    code = "exchange.bad_signature"


class ForeignKey(Refused):
    code = "exchange.foreign_key"


class RevokedKey(Refused):
    code = "exchange.revoked_key"


class ExpiredKey(Refused):
    code = "exchange.expired_key"
