"""The portal: the Django project that keeps what the rooms work on, and serves it.

Nothing here is imported by the rooms; :mod:`qilian.portal.setup` starts Django in a process that needs the database.
"""
