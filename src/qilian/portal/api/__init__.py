"""The same as the pages for programs: /api/v1."""
