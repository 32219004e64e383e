"""How fast records are read: members a second against PyYAML's own loaders on the same members, and memory.

In come the catalogues of ISO and IEC from ``../shared/data`` (skipped with a word where they are not there); out goes a
table. It fails on wrong answers, never on time. Run: ``python benchmarks/records.py [--all]``; ``--all`` also reads
every member with two processes.
"""

import random
import resource
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

import yaml

from qilian.standards.archives import Member, members
from qilian.standards.records import RecordFault
from qilian.standards.relaton import read_record

DATA = Path(__file__).parents[2] / "shared/data/standards"
ARCHIVES = [DATA / f"relaton-{name}.tar.zst" for name in ("iso", "iec")]
SAMPLE_MEMBERS = 2_000
ROUNDS = 3
BATCH_MEMBERS = 500
PROCESSES = 2


def main() -> None:
    """Print the table."""
    archives = [path for path in ARCHIVES if path.is_file()]
    if not archives:
        print(f"no catalogues in {DATA}: skipped")
        return
    sample: list[Member] = []
    chance = random.Random(1)
    for path in archives:
        started = time.perf_counter()
        found = list(members(path))
        seconds = time.perf_counter() - started
        size = sum(len(each.data) for each in found) / 1e6
        print(f"{path.name}: {len(found):,} members, {size:.0f} MB unpacked in {seconds:.1f} s")
        start = chance.randrange(len(found) - SAMPLE_MEMBERS // 2)  # neighbours, as an import meets them
        sample += found[start : start + SAMPLE_MEMBERS // 2]
    compare(sample)
    if "--all" in sys.argv[1:]:
        read_all(archives)


def compare(sample: list[Member]) -> None:
    """Compare with plain YAML on one sample, interleaved; both must give the same identifiers."""
    readers: dict[str, Callable[[Member], object]] = {
        "read_record": lambda each: read_record(each.data, each.name),
        "yaml.load, CBaseLoader": lambda each: yaml.load(each.data, yaml.CBaseLoader),
        "yaml.load, CSafeLoader": lambda each: yaml.load(each.data, yaml.CSafeLoader),
    }
    for each in sample[::50]:
        plain = yaml.load(each.data, yaml.CBaseLoader)["docid"]
        assert read_record(each.data, each.name).identifier in [one["id"] for one in plain], each.name
    best = dict.fromkeys(readers, float("inf"))
    for _ in range(ROUNDS):
        for name, reader in readers.items():
            started = time.process_time()
            for each in sample:
                reader(each)
            best[name] = min(best[name], time.process_time() - started)
    print(f"{len(sample):,} members, processor time, best of {ROUNDS} rounds in turn:")
    for name, seconds in best.items():
        rate = len(sample) / seconds
        print(f"  {name:24} {rate:7,.0f} a second   {seconds / best['read_record']:.2f} of read_record's time")


def read_all(archives: list[Path]) -> None:
    """Read every member with two processes, as an import does, and account for all of them."""
    started = time.perf_counter()
    count = 0
    reasons: list[str] = []
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        running: deque[Future[list[str]]] = deque()
        for batch in batches(archives):
            running.append(pool.submit(faults_of, batch))
            if len(running) > 2 * PROCESSES:  # bounds the memory
                reasons += running.popleft().result()
            count += len(batch)
        for each in running:
            reasons += each.result()
    seconds = time.perf_counter() - started
    peak_mb = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    print(f"{count:,} members by {PROCESSES} processes in {seconds:.1f} s, {len(reasons)} rejected;", end=" ")
    print(f"peak of one process {peak_mb:.0f} MB (this one held the archives for the comparison)")
    for reason in reasons:
        print(f"  {reason}")


def batches(archives: list[Path]) -> Iterator[list[Member]]:
    """Cut the archives into pieces of work."""
    for path in archives:
        found = members(path)
        while batch := list(islice(found, BATCH_MEMBERS)):
            yield batch


def faults_of(batch: list[Member]) -> list[str]:
    """Read some members; return why those that are no records were rejected."""
    faults = []
    for each in batch:
        try:
            read_record(each.data, each.name)
        except RecordFault as fault:
            faults.append(str(fault))
    return faults


if __name__ == "__main__":
    main()
