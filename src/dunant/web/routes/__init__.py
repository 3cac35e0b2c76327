"""Addresses of the API. A route is short and holds no rule."""
