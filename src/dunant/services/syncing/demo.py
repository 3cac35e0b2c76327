"""The mission of a demonstration: a field site and its headquarters, and the satellite link between them."""

from dunant.kernel.access import Actor
from dunant.services import enrolment
from dunant.services.build import Site
from dunant.services.handle import Author
from dunant.sync.link import Switch
from dunant.sync.satellite import Shape

HQ_ROLES = ("mission_hq", "casevac_cell", "receiving_facility")
FIELD_ROLES = ("receiving_facility",)
_OWNER = Author(actor=Actor(user="owner", role="administrator"), source="voice")


class DemoLink:
    """Between the field site and headquarters, with its switch. May be used from any thread."""

    def __init__(self, switch: Switch, shape: Shape) -> None:
        self._switch = switch
        self.shape = shape
        self.address = switch.address

    @property
    def is_up(self) -> bool:
        return self._switch.is_up

    def turn(self, *, up: bool) -> None:
        """Cut the link, or mend it. What is under way then is lost, as it would be."""
        if up:
            self._switch.up()
        else:
            self._switch.down()


def found_mission(hq: Site, field: Site) -> None:
    """Headquarters says who belongs, and takes the field site in: the three files of every enrolment, at once."""
    enrolment.begin(hq, _OWNER, HQ_ROLES, address="")
    invitation = enrolment.invite(hq, _OWNER, field.row.code, FIELD_ROLES)
    asked = enrolment.request(field, invitation)
    enrolment.install(field, enrolment.approve(hq, _OWNER, asked))
