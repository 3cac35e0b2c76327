"""The emulated satellite link of a demonstration, with its switch."""

from dunant.sync.link import Link, Switch
from dunant.sync.satellite import Shape


class DemoLink:
    """Between the field site and headquarters of `dunant demo`."""

    def __init__(self, switch: Switch | Link, shape: Shape) -> None:
        self._switch = switch
        self.shape = shape

    @property
    def is_up(self) -> bool:
        return self._switch.is_up

    def turn(self, *, up: bool) -> None:
        """Cut the link, or mend it. What is under way then is lost, as it would be."""
        if up:
            self._switch.up()
        else:
            self._switch.down()
