"""The forms of technology and scenario, a topic a file."""
