"""Reads what people upload: product files and evidence files, bounded in size and known by their content.

In come bytes and the name that the sender gave; out come the rooms' own objects, or one line that says what is wrong.
"""

import hashlib
import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from django.utils import timezone
from django.utils.text import get_valid_filename

from qilian.documents import read_yaml
from qilian.evidence import NotEvidence, Report
from qilian.evidence.credentials import Issuer, Trust, read_trust, verify
from qilian.evidence.credentials.status_lists import StatusLists
from qilian.evidence.importers import read_evidence_bytes
from qilian.planning import Pack
from qilian.portal.home import home_folder
from qilian.portal.workbench.models import Evidence
from qilian.product import Product as MadeProduct
from qilian.product import ProductError, product_of

MAX_EVIDENCE_BYTES = 10_000_000
MAX_PRODUCT_BYTES = 1_000_000
TRUST_FILE = "trust.yaml"
"""The operator's trust list in QILIAN_HOME (format ``qilian-trust/1``); without one no signature is believed."""


Issuers = Callable[[], Iterable[Issuer]]
_providers: list[Issuers] = []


def trust_also(provider: Issuers) -> None:
    """Register whose signatures count besides those of the trust list: laboratories that sign in this portal."""
    if provider not in _providers:
        _providers.append(provider)


def read_uploaded_product(content: bytes, name: str, pack: Pack) -> tuple[MadeProduct, dict[str, object]]:
    """Read a product file; return the product, and its parameters as written, by parameter id.

    Raises
    ------
    QilianError
        One line with file and line number.
    """
    if content.startswith(b"PK\x03\x04"):
        raise ProductError(
            "an archive (AASX?), not a product file", where=shown(name), mend="write the product as YAML"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / shown(name)
        path.write_bytes(content)
        document = read_yaml(path, MAX_PRODUCT_BYTES)
    product = product_of(document, pack.vocabulary)
    assert isinstance(document.value, dict)  # as product_of has found
    written = document.value.get("parameters")
    raw = written if isinstance(written, dict) else {}
    return product, {pack.vocabulary.require(key, "").id: value for key, value in raw.items()}


def read_uploaded_evidence(content: bytes, name: str) -> tuple[Report, ...]:
    """Read the reports of an evidence file, or the one in a signed credential.

    Raises
    ------
    NotEvidence
        One line that says why it is none.
    """
    text = content.strip()
    if text.startswith(b"ey") and b"." in text and b"\n" not in text:
        return (_credential(text, shown(name)),)
    return read_evidence_bytes(content, shown(name))


def reports_of(rows: Iterable[Evidence]) -> tuple[Report, ...]:
    """Read the reports of files that were kept."""
    return tuple(report for row in rows for report in read_uploaded_evidence(bytes(row.content), row.name))


def in_short(reports: Iterable[Report]) -> list[dict[str, object]]:
    """Return what a list shows of reports, as JSON."""
    return [
        {
            "id": report.id,
            "laboratory": {"zh": report.laboratory.name.zh, "en": report.laboratory.name.en},
            "issued": report.issued.isoformat() if report.issued else None,
            "tests": len(report.tests),
            "seal": report.seal.state.value,
            "example": report.example,
        }
        for report in reports
    ]


def digest(content: bytes) -> str:
    """Return the SHA-256 of a file's content."""
    return hashlib.sha256(content).hexdigest()


def shown(name: str) -> str:
    """Return a sender's file name as it is safe to keep and to show."""
    return get_valid_filename(Path(name).name or "file")[-120:]


def _credential(text: bytes, name: str) -> Report:
    try:
        words = text.decode("ascii")
    except UnicodeDecodeError:
        raise NotEvidence("not a credential", where=name, mend="give a vc+jwt file") from None
    trust = Trust({**_trust().issuers, **{each.did: each for provider in _providers for each in provider()}})
    found = verify(words, trust, StatusLists({}), timezone.now())
    if found.report is None:
        why = found.problems[0].message if found.problems else "no test report in it"
        raise NotEvidence(f"no report can be read from this credential: {why}", where=name)
    return found.report


@cache
def _trust() -> Trust:
    path = home_folder() / TRUST_FILE
    return read_trust(path) if path.exists() else Trust({})
