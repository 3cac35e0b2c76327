"""What handlers need, handed to the application once."""

from typing import cast

from litestar import Litestar

from dunant.services.accounts import Accounts
from dunant.services.bell import Bell
from dunant.services.build import Site
from dunant.services.syncing import DemoLink, Syncing


class Doors:
    """The site behind the doors. `secure`: the outside speaks TLS. Open from start-up until `close`."""

    def __init__(
        self, site: Site, accounts: Accounts, syncing: Syncing, *, secure: bool, link: DemoLink | None = None
    ) -> None:
        self.site = site
        self.syncing = syncing
        self.link = link
        self.accounts = accounts
        self.secure = secure
        self.bell = Bell()
        self.started = False
        self.closing = False
        site.commit.listen(self.bell.ring)

    @staticmethod
    def of(app: Litestar) -> "Doors":
        return cast(Doors, app.state["doors"])

    def open(self) -> None:
        self.bell.attach()
        self.started = True

    def close(self) -> None:
        """Live streams end by themselves; without this a stopping server would wait for them."""
        self.closing = True
        self.bell.ring()
