"""The published JSON Schemas of the routing formats."""
