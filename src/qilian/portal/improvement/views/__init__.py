"""The pages of improvement, a topic a file."""
