"""Pages of the service window."""
