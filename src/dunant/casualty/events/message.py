"""What came in from other systems."""

from dunant.kernel.events import Body
from dunant.kernel.ids import SubjectId


class ForeignMessageReceived(Body, frozen=True, kw_only=True):
    """A message from another system, kept whole: its bytes are the attachment, `unknown` what was not read."""

    TYPE = "casualty.foreign_message_received"
    GROUPS = ("raw",)
    STREAM = "casualty"
    KIND = "foreign_message"

    dialect: str
    peer: str
    uid: str
    about: SubjectId
    content: str
    unknown: tuple[str, ...] = ()
