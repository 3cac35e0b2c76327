"""Conversations with other sites, on this site's log."""

from dunant.services.syncing.demo import DemoLink
from dunant.services.syncing.syncing import Syncing, open_syncing

__all__ = ["DemoLink", "Syncing", "open_syncing"]
