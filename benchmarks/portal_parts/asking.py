"""Asks a served portal for pages as many people at once, and says how long the answers took."""

import http.client
import random
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass
class Times:
    """How long each kind of page took, in seconds, and what went wrong."""

    of: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)

    def at(self, page: str, part: float) -> float:
        """Return the quantile of a page's times, in milliseconds."""
        ordered = sorted(self.of[page])
        return 1000 * ordered[min(len(ordered) - 1, int(part * len(ordered)))]


class Visitor:
    """A person with a session and a connection that stays open."""

    def __init__(self, port: int, session: str, product: str) -> None:
        self._port, self._session, self.product = port, session, product
        self._open = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, address: str) -> tuple[int, bytes]:
        """Return an answer's status and its body, read to the end."""
        headers = {"Cookie": f"session={self._session}", "Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
        try:
            self._open.request("GET", address, headers=headers)
            answer = self._open.getresponse()
            return answer.status, answer.read()
        except (http.client.HTTPException, OSError):
            self._open.close()
            raise


def status(port: int, person: str, page: str) -> int:
    """Return the status of one answer."""
    visitor = Visitor(port, *person.split())
    return visitor.get(page.format(product=visitor.product))[0]


def ask(
    port: int, people: Sequence[str], pages: Mapping[str, str], seconds: float, pause: float, seed: int = 7
) -> Times:
    """Let everybody open pages by lot for so long.

    Parameters
    ----------
    people
        ``SESSION PRODUCT`` of each.
    pages
        Addresses by the page's name; ``{product}`` stands for the person's product.
    pause
        Mean seconds between an answer and that person's next question; 0: none.
    """
    times, lock = Times(), threading.Lock()
    until = time.monotonic() + seconds

    def walk(number: int, person: str) -> None:
        visitor, choose = Visitor(port, *person.split()), random.Random(seed + number)
        if pause:
            time.sleep(choose.uniform(0, pause))
        while time.monotonic() < until:
            name = choose.choice(list(pages))
            begun = time.perf_counter()
            try:
                status, _body = visitor.get(pages[name].format(product=visitor.product))
            except (http.client.HTTPException, OSError) as error:
                status = repr(error)
            took = time.perf_counter() - begun
            with lock:
                times.of[name].append(took)
                if status != 200:
                    times.faults.append(f"{name}: {status}")
            if pause:
                time.sleep(choose.uniform(0.5, 1.5) * pause)

    threads = [threading.Thread(target=walk, args=each) for each in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times
