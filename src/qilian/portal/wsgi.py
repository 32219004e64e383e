"""The portal as a WSGI application.

What every request needs is read before the first one: the addresses with all their views, and the content pack. That
many objects then live as long as the process, so the collector of garbage need not look at them again and again.
"""

import gc

from django.core.wsgi import get_wsgi_application

from qilian.portal.setup import setup

_OBJECTS_BEFORE_A_LOOK = 20_000
"""New objects until the collector looks at them; a page makes a few thousand, most of which go by themselves."""

setup()
application = get_wsgi_application()


def _make_ready() -> None:
    from django.urls import get_resolver

    from qilian.portal.rulebook.reading import pack

    _ = get_resolver().url_patterns
    pack()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_OBJECTS_BEFORE_A_LOOK, 20, 50)


_make_ready()
