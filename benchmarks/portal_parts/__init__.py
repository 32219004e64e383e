"""Parts of the portal's measurement."""
