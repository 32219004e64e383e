"""Pages about people and organisations, a file for each matter."""
