"""Pages of the laboratories."""
