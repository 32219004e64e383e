"""How many signed reports are verified in a second on one core, beside the bare signature check: a table.

In comes a report made here; every check of a credential runs (envelope, trust, signature, data model, period, status
list, the report itself). The peers only check the signature: ``cryptography`` on the bytes, joserfc and, where it is
installed, PyJWT on the text. Run: ``python benchmarks/credentials.py``.
"""

import json
import os
import platform
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from joserfc import jws

from qilian.evidence.credentials import (
    Algorithm,
    Purpose,
    Role,
    SigningKey,
    StatusLists,
    StatusRegister,
    Trust,
    create_key,
    issue_status_list,
    read_status_lists,
    revoke,
    sign_reports,
    trusted,
    verify,
)
from qilian.evidence.credentials.encoding import from_base64url
from qilian.evidence.model import (
    AccreditationClaim,
    IssuingLaboratory,
    Outcome,
    ProductIdentity,
    Quantity,
    Report,
    ReportedTest,
    ReportKind,
    Uncertainty,
)
from qilian.standards import StandardRef
from qilian.text import Text

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
LAB = "did:web:lab.example"
COUNT = 2_000
ROUNDS = 3


def main() -> None:
    """Print the table."""
    names = ("joserfc", "cryptography", "pyjwt")
    print(
        f"{platform.platform()}, {_processor()}, {os.cpu_count()} cores, one used; Python {platform.python_version()}"
    )
    print(", ".join(f"{name} {_version(name)}" for name in names))
    print(f"{COUNT} reports of 10 tests each, best of {ROUNDS} rounds; load before: {os.getloadavg()[0]:.1f}")
    print("by the clock, and by processor time, which other work on the machine does not lengthen")
    print(f"\n{'':34}{'a second':>10}{'by CPU':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for algorithm in Algorithm:
            _measure(create_key(Path(folder) / algorithm, name="Example laboratory", did=LAB, algorithm=algorithm))


def _measure(key: SigningKey) -> None:
    reports = [replace(_report(), id=f"R-{number}") for number in range(COUNT)]
    register = StatusRegister("https://lab.example/status/1", Purpose.REVOCATION)
    issued = sign_reports(reports, key, NOW, [register])
    _row(f"{key.public.algorithm}: sign", _best(lambda: sign_reports(reports, key, NOW, [register])))
    trust = Trust.of(trusted(LAB, "Example laboratory", frozenset({Role.REPORT}), (key.public,)))
    changed = revoke(issued.registers[0], issued.ids[0], NOW, "benchmark")
    lists = read_status_lists([issue_status_list(changed, key, NOW)], trust, NOW)
    results: list[bool] = []
    seconds = _best(lambda: results.extend(_verify_all(issued.texts, trust, lists)))
    assert results.count(False) == ROUNDS  # exactly the revoked one, in each round
    _row(f"{key.public.algorithm}: verify, everything", seconds)
    print(f"{'':4}one credential has {len(issued.texts[0]):,} letters")
    _peers(key, issued.texts)


def _verify_all(texts: tuple[str, ...], trust: Trust, lists: StatusLists) -> list[bool]:
    return [verify(text, trust, lists, NOW).ok for text in texts]


def _peers(key: SigningKey, texts: tuple[str, ...]) -> None:
    """The same texts by others that check the signature only."""
    name = str(key.public.algorithm)
    public = key.public.jwk.public_key
    split = [(text.rpartition(".")[0].encode(), from_base64url(text.rpartition(".")[2])) for text in texts]

    def bare() -> None:
        for message, signature in split:
            if isinstance(public, ec.EllipticCurvePublicKey):
                r, s = (int.from_bytes(half) for half in (signature[:32], signature[32:]))
                public.verify(encode_dss_signature(r, s), message, ec.ECDSA(hashes.SHA256()))
            elif isinstance(public, ed25519.Ed25519PublicKey):
                public.verify(signature, message)

    _row(f"{name}: peer, bare cryptography", _best(bare))
    if name == "ES256":  # joserfc warns of the name EdDSA on each call (RFC 9864)

        def joserfc() -> None:
            for text in texts:
                json.loads(jws.deserialize_compact(text, key.public.jwk, algorithms=[name]).payload)

        _row(f"{name}: peer, joserfc and json", _best(joserfc))
    if find_spec("jwt"):
        import jwt  # not a dependency: measured where it is installed

        def pyjwt() -> None:
            for text in texts:
                jwt.decode(text, public, algorithms=[name], options={"verify_iat": False})

        _row(f"{name}: peer, PyJWT", _best(pyjwt))
    else:
        print(f"{'':4}PyJWT: not installed, left out")


def _report() -> Report:
    tests = tuple(
        ReportedTest(
            str(number),
            Text("位姿重复性", "Pose repeatability"),
            StandardRef.parse("GB/T 12642-2013"),
            f"7.{number}",
            "pose-repeatability",
            Outcome.PASS,
            Quantity(0.02, "mm"),
            Uncertainty(0.004, "mm", 2.0, 0.95),
            "<= 0.05 mm",
        )
        for number in range(10)
    )
    accreditation = AccreditationClaim("CNAS", "L0000", arrangements=("ILAC MRA",))
    return Report(
        "R",
        ReportKind.TEST_REPORT,
        Text("性能检测", "Performance"),
        IssuingLaboratory(Text("示例实验室", "Example laboratory"), LAB, "CN", (accreditation,)),
        ProductIdentity("X-1400", maker="Example Robots"),
        tests,
        date(2026, 10, 10),
        example=True,
    )


def _best(run: Callable[[], object]) -> tuple[float, float]:
    """Return the least seconds of all rounds, by the clock and by the processor."""
    seconds = []
    for _ in range(ROUNDS):
        clock, processor = time.perf_counter(), time.process_time()
        run()
        seconds.append((time.perf_counter() - clock, time.process_time() - processor))
    return min(each[0] for each in seconds), min(each[1] for each in seconds)


def _row(name: str, seconds: tuple[float, float]) -> None:
    print(f"{name:34}{COUNT / seconds[0]:10,.0f}{COUNT / seconds[1]:10,.0f}")


def _processor() -> str:
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or "unknown processor"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


if __name__ == "__main__":
    main()
