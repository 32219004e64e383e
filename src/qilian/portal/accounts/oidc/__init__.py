"""Logging in through an OpenID Connect provider: django-allauth's, held to what it leaves out (see ``views``)."""
