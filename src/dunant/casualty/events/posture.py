"""What can happen to the posture of the mission, which the launch matrix asks for."""

from dunant.kernel.events import Body


class PostureSet(Body, frozen=True, kw_only=True):
    """NORMAL, HEIGHTENED or MASCAL, from now on; who said so stands in the envelope."""

    TYPE = "casualty.posture_set"
    STREAM = "alert"
    KIND = "posture"
    RESOURCE = "alert"
    URGENCY = 2

    posture: str
    reason: str = ""
