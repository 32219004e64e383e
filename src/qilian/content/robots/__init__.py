"""The content pack of intelligent robots: data files only."""
