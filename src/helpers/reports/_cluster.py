"""Who renders: the workers of a Dask cluster, which need this package and none of our files.

Dask sends Python's pickles both ways: whoever controls the scheduler or a worker controls this side
too. What a worker answers is checked all the same before it is written: it may be faulty.
"""

import atexit
import contextlib
import json
import logging
import os
import tempfile
import time
from collections.abc import Generator, Iterator
from concurrent.futures import CancelledError
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from distributed import Client, Future, KilledWorker

from helpers.dossier import read_dossier
from helpers.errors import BatchError
from helpers.files import hash_package, list_versions, write_whole
from helpers.geography import hash_boundaries
from helpers.kernels import ADDRESS, KernelServer
from helpers.page import Origin
from helpers.reports._job import NOT_DONE, Job, Outcome, fail
from helpers.reports._startup import PRELOAD_MANY, wait_for_preload
from helpers.reports._workers import SLACK_S, make_page
from helpers.words import escape_unseen

_OURS = {"package": "this package"}
_WAIT_S = 30  # for the scheduler, and for its first worker


def run_on_cluster(
    jobs: Iterator[Job], address: str, timeout_s: float | None = None
) -> Generator[tuple[Job, Outcome]]:
    """Run jobs on a Dask cluster; each comes back when it is done.

    One is taken of the jobs when a worker is free, and fails after `timeout_s` seconds; None for
    never. A worker that hangs is started anew. An address is like tcp://10.0.0.1:8786.

    Raises
    ------
    BatchError
        The scheduler cannot be reached, has no worker or is lost, or a worker has another version
        of the package, of the boundaries or of a library.
    """
    with _connect(address) as client:
        sent: dict[str, tuple[Job, Future, float]] = {}  # the longest on its way first
        done: SimpleQueue[Future] = SimpleQueue()

        def send(job: Job) -> None:
            future = client.submit(make_page_there, *pack(job), timeout_s, pure=False)
            sent[future.key] = job, future, time.monotonic()
            future.add_done_callback(done.put)

        try:
            for job in islice(jobs, sum(client.nthreads().values())):
                send(job)
            while sent:
                _, oldest, begun = next(iter(sent.values()))
                rest = timeout_s and max(0, begun + timeout_s + SLACK_S - time.monotonic())
                try:
                    future = done.get(timeout=rest)
                except Empty:
                    future = oldest
                if future.key not in sent:  # it had been given up
                    continue
                job, _, _ = sent.pop(future.key)
                outcome = _find_outcome(client, future, job, timeout_s)
                if following := next(jobs, None):
                    send(following)
                yield job, outcome
        finally:
            client.cancel([future for _, future, _ in sent.values()])


def _connect(address: str) -> Client:
    """A client of a scheduler that has a worker; what it would log comes as an error too."""
    for name in logging.root.manager.loggerDict:  # Dask gives each of its own a level
        if name.startswith("distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
    client = None
    try:
        client = Client(address, timeout=_WAIT_S)
        client.wait_for_workers(1, timeout=_WAIT_S)
    except (OSError, TimeoutError, ValueError, TypeError) as error:  # of a wrong TLS set-up too
        if client:
            client.close()
            raise BatchError(f"scheduler {address}: has no worker after {_WAIT_S} s") from error
        raise BatchError(f"scheduler {address}: cannot be reached: {error}") from error
    return client


def _find_outcome(client: Client, future: Future, job: Job, timeout_s: float | None) -> Outcome:
    """What came of a job that is done, or whose time is over."""
    try:
        if not future.done():
            raise TimeoutError
        answer = future.result(timeout=timeout_s and SLACK_S)
    except KilledWorker:
        return fail(job, "the workers that ran it died, one after another")
    except CancelledError as error:
        raise BatchError("the scheduler is lost: the same command goes on from here") from error
    except Exception as error:
        if timeout_s and isinstance(error, TimeoutError):
            # If Dask watches over a worker that hangs: else it would be given more jobs.
            hanging = [name for name, keys in client.processing().items() if future.key in keys]
            client.cancel([future])
            with contextlib.suppress(ValueError):
                client.restart_workers(hanging, timeout=_WAIT_S, raise_for_error=False)
            return fail(job, NOT_DONE.format(timeout_s))
        told = f"a worker could not run a report ({type(error).__name__}: {error})"
        raise BatchError(f"{told}; it needs the same version of this package") from error
    return read_answer(answer, job)


def pack(job: Job) -> tuple[Job, dict[str, bytes]]:
    """A job ready to travel, with the tables of its dossier: the texts of sources stay at home."""
    if job.dossier is None:
        return job, {}
    paths = [job.dossier.folder / name for name in job.dossier.digests]
    return replace(job, dossier=None), {p.name: p.read_bytes() for p in paths if p.is_file()}


def make_page_there(job: Job, tables: dict[str, bytes], timeout_s: float | None) -> bytes:
    """Make the page of a job where none of its files are; the answer is one for `read_answer`."""
    if mismatch := find_mismatch(job.origin):
        outcome = Outcome("", mismatch)
    else:
        _serve_kernels()
        outcome = _make_page(job, tables, timeout_s)
    answer = [job.origin.key, outcome.html, outcome.failure, bool(mismatch)]
    return json.dumps(answer).encode()


def _make_page(job: Job, tables: dict[str, bytes], timeout_s: float | None) -> Outcome:
    if not tables:
        return make_page(job, timeout_s)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder, job.origin.parameters["dossier"])
        for name, content in tables.items():
            write_whole(home / name, content)
        dossier, _ = read_dossier(home)
    if dossier.hashes["dossier"] != job.origin.hashes["dossier"]:
        return fail(job, f"dossier {dossier.name} has changed since it was checked: run it again")
    return make_page(replace(job, dossier=dossier), timeout_s)


def read_answer(answer: Any, job: Job) -> Outcome:
    """What a worker says came of a job; a failure where it says no such thing.

    A BatchError where the worker would make another page.
    """
    try:
        key, html, failure, is_mismatch = json.loads(bytes.decode(answer))
        if not all(isinstance(text, str) for text in (key, html, failure)):
            raise TypeError("its parts are no texts")
        f"{html}{failure}".encode()  # an escape may name half a character
    except (TypeError, ValueError, RecursionError) as error:
        return fail(job, f"what a worker answered cannot be read: {type(error).__name__}: {error}")
    if is_mismatch is True:
        raise BatchError(escape_unseen(failure))
    if key != job.origin.key or not (failure or key in html):
        return fail(job, "what a worker answered is not this report's page")
    return Outcome(html, failure)


@cache
def _serve_kernels() -> None:
    """Start what forks the kernels of this worker, once; it ends with the worker."""
    server = KernelServer(PRELOAD_MANY)
    os.environ[ADDRESS] = server.address
    atexit.register(server.close)
    wait_for_preload()


def find_mismatch(origin: Origin) -> str:
    """What is not the same here as where a job comes from; '' where all is."""
    here = {"package": hash_package(), "boundaries": hash_boundaries()} | list_versions()
    there = {name: origin.hashes[name] for name in ("package", "boundaries")} | origin.versions
    told = ", ".join(
        f"{_OURS.get(name, name)} {here.get(name, 'not there')[:12]}, expected {expected[:12]}"
        for name, expected in there.items()
        if here.get(name) != expected
    )
    return f"a worker has another version: {told}" if told else ""
