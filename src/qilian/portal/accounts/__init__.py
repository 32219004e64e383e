"""Who may do what: people, their organisations, and the owner check that every page and endpoint declares."""
