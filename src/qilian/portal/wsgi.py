"""The portal as a WSGI application."""

from django.core.wsgi import get_wsgi_application

from qilian.portal.setup import setup

setup()
application = get_wsgi_application()
