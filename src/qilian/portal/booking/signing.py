"""The keys by which laboratories sign their reports in this portal, and that their signatures count here.

A laboratory's key is made when it issues its first report: a file in ``QILIAN_HOME/keys`` that only the owner reads,
whose public half (a ``did:jwk``) is kept in the database. A backup holds no keys; where the file is gone, a new key is
made, and what the old one signed stays valid.
"""

from collections.abc import Iterator

from qilian.evidence.credentials import Issuer, SigningKey, create_key, read_key, trusted
from qilian.evidence.credentials.trust import Role
from qilian.portal.booking.models import Signer
from qilian.portal.home import home_folder
from qilian.portal.locking import locked
from qilian.portal.network.models import Laboratory


def key_of(laboratory: Laboratory) -> SigningKey:
    """Return a laboratory's key; make it first if there is none.

    Raises
    ------
    CredentialError
        If the file cannot be used, for example because others may read it.
    """
    folder = home_folder() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{laboratory.code}.json"
    if not path.exists():
        with locked(f"key {laboratory.code}", wait=True):
            if not path.exists():
                create_key(path, name=f"{laboratory.title.zh} {laboratory.title.en}")
    key = read_key(path)
    Signer.objects.get_or_create(did=key.did, defaults={"laboratory": laboratory})
    return key


def issuers() -> Iterator[Issuer]:
    """Yield the laboratories that sign here, each for its own id."""
    for signer in Signer.objects.select_related("laboratory"):
        laboratory = signer.laboratory
        found = trusted(signer.did, laboratory.name, frozenset({Role.REPORT}))
        yield Issuer(found.did, found.name, found.roles, found.keys, frozenset({laboratory.code}))
