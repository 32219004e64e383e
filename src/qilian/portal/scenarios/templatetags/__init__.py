"""The templatetags of technology and scenario, a topic a file."""
