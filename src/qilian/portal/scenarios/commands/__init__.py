"""The commands of technology and scenario, a topic a file."""
