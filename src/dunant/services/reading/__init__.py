"""The read side: views under the eyes of one reader, with what only a query over several of them can tell."""

from dunant.services.reading.pages import Change, Page, Pages, Query

__all__ = ["Change", "Page", "Pages", "Query"]
