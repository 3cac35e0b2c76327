"""Everything Dunant can refuse or fail with, as one tree.

DunantError
├── Refused                    a command that breaks a rule of its domain (each domain adds its own leaves)
│   ├── NotFound               the thing is absent, or hidden from you: the same answer
│   └── Invalid                a field breaks a rule of form
│       ├── UnknownType        no such command
│       └── TooLarge           over a limit of size
├── Denied                     the policy does not allow it
│   ├── SignedOut · LoginFailed · TooManyAttempts · CrossSite · DeviceRevoked · GrantRevoked
├── Malformed                  bytes from outside that cannot be read
├── PackInvalid                a policy pack breaks its own shape
├── NotEmpty · OtherVersion    a database that is not the one the work needs
├── StorageFull · ReadOnly · StoreFailed   the store cannot take more, or cannot be reached
└── ChainBroken · Forked       the log contradicts itself

A class carries a stable `code`; `params` name field and rule. Neither ever holds a name, a number or a diagnosis.
"""

from typing import ClassVar


class DunantError(Exception):
    """Base of the tree; `code` is what the wire and the catalogues know."""

    code: ClassVar[str] = "kernel.error"
    status: ClassVar[int] = 500

    def __init__(self, **params: object) -> None:
        super().__init__(self.code)
        self.params = params


class Refused(DunantError):
    code = "command.refused"
    status = 422


class NotFound(Refused):
    code = "kernel.not_found"
    status = 404


class Invalid(Refused):
    code = "command.invalid"


class UnknownType(Invalid):
    code = "command.unknown_type"


class TooLarge(Invalid):
    code = "command.too_large"
    status = 413


class Denied(DunantError):
    code = "access.denied"
    status = 403


class SignedOut(Denied):
    code = "access.signed_out"
    status = 401


class LoginFailed(Denied):
    code = "access.login_failed"
    status = 401


class TooManyAttempts(Denied):
    code = "access.too_many_attempts"
    status = 429


class CrossSite(Denied):
    code = "access.csrf"


class DeviceRevoked(Denied):
    code = "access.device_revoked"


class GrantRevoked(Denied):
    code = "access.grant_revoked"


class Malformed(DunantError):
    code = "exchange.malformed"
    status = 400


class PackInvalid(DunantError):
    code = "pack.invalid"


class NotEmpty(DunantError):
    code = "store.not_empty"
    status = 409


class OtherVersion(DunantError):
    code = "store.other_version"
    status = 409


class StorageFull(DunantError):
    code = "storage_full"
    status = 507


class ReadOnly(DunantError):
    code = "store.read_only"
    status = 503


class StoreFailed(DunantError):
    code = "store.unavailable"
    status = 503


class ChainBroken(DunantError):
    code = "sync.bad_chain"


class Forked(DunantError):
    code = "sync.fork"
    status = 409
