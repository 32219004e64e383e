"""Contests of a quarter: frozen from a table of figures, appealed against, replayed to the same bytes."""
