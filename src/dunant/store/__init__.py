"""Ports made real: one log, one set of views and the local tables, on SQLite or PostgreSQL."""

from dunant.store.commit import GroupCommit
from dunant.store.engine import Database, open_database
from dunant.store.packs import PackShelf
from dunant.store.transaction import Draft, Pen, Transaction

__all__ = ["Database", "Draft", "GroupCommit", "PackShelf", "Pen", "Transaction", "open_database"]
