"""The views of technology and scenario, a topic a file."""
