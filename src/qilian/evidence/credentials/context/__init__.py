"""The extension context: our terms for tests of products, which UNTP 0.6 has none for (machine safety, performance).

The file beside this one is part of what was signed: credentials carry its digest, so a published version never changes,
not by a space. New terms go into a new version under a new address. Documented in docs/explanation/credentials.md.
"""

import hashlib
from base64 import b64encode
from functools import cache
from importlib.resources import files

CONTEXT_ADDRESS = "https://qilian.example/credentials/product-test/v1"
_FILE = "product-test-v1.jsonld"


@cache
def context_bytes() -> bytes:
    """Return the file, as it is to be published."""
    return files(__name__).joinpath(_FILE).read_bytes()


@cache
def context_digest() -> str:
    """Return its digest as Subresource Integrity writes it (VCDM 2.0 section 5.3): ``sha256-…``."""
    return "sha256-" + b64encode(hashlib.sha256(context_bytes()).digest()).decode("ascii")
