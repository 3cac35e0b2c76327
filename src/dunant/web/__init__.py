"""HTTP: the API, the live stream and the built pages. No rule of the domain lives here."""

from dunant.web.asgi import create_app

__all__ = ["create_app"]
