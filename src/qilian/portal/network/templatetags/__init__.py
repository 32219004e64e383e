"""Filters of the laboratories' templates."""
