"""Words of states and events in the templates of improvement."""
