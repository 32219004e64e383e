"""The content pack for people to read: rules, tests, policy clauses, and comments on them."""
