"""Conversations with other sites, on this site's log."""
