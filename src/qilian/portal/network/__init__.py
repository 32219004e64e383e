"""The network of laboratories: map, list, scope tables, who can test this."""
