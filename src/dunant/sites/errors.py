"""What this domain refuses.

Refused
├── NotTheAuthority   only the mission's authority site says who belongs to it
├── OrderOfSiteStates this step cannot follow the site's present state
├── TokenUsed         an invitation is good for one site, once
├── TokenExpired      the invitation has ended
└── RequestInvalid    a file of enrolment that is damaged, foreign or does not prove its keys
"""

from dunant.kernel.errors import Refused


class NotTheAuthority(Refused):
    code = "sync.not_authority"


class OrderOfSiteStates(Refused):
    code = "sync.order_of_site_states"


class TokenUsed(Refused):
    code = "sync.token_used"


class TokenExpired(Refused):
    code = "sync.token_expired"


class RequestInvalid(Refused):
    code = "sync.request_invalid"
