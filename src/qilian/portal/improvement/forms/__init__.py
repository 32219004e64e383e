"""The forms of improvement, a topic a file."""
