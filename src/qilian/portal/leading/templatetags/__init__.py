"""Words of states, standings and effects in the templates of leading."""
