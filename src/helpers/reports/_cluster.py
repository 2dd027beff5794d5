"""Who renders: the workers of a Dask cluster, which need this package and none of our files."""

import atexit
import os
import tempfile
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from itertools import islice
from pathlib import Path

from distributed import Client, Future, KilledWorker, as_completed

from helpers.dossier import PACKAGE, TABLES
from helpers.errors import BatchError
from helpers.files import hash_list, write_whole
from helpers.kernels import ADDRESS, KernelServer
from helpers.page import Origin, hash_boundaries, hash_package, list_versions
from helpers.reports._preload import PRELOAD_MANY
from helpers.reports._render import fail
from helpers.reports._workers import Order, Page, make_page

_WAIT_S = 30  # for the scheduler, and for its first worker
_AHEAD = 2  # orders a thread: one that is run, and one that waits for it


@dataclass(frozen=True)
class Parcel:
    """An order with the tables of its dossier; the texts of its sources stay at home."""

    order: Order
    dossier: str
    files: dict[str, bytes]


def run_on_cluster(orders: Iterator[Order], address: str) -> Generator[tuple[Order, Page]]:
    """Run orders on a Dask cluster; each comes back when it is done.

    Parameters
    ----------
    orders
        What to run; one is taken when a worker is free.
    address
        The scheduler's, such as tcp://10.0.0.1:8786.

    Raises
    ------
    BatchError
        The scheduler cannot be reached, has no worker, or a worker has another version of the
        package, of the boundaries or of a library.
    """
    with _connect(address) as client:
        running, sent = as_completed(), {}

        def send(order: Order) -> None:
            parcel = client.submit(make_page_there, pack(order), pure=False)
            sent[parcel.key] = order
            running.add(parcel)

        try:
            threads = sum(client.nthreads().values())
            for order in islice(orders, _AHEAD * threads):
                send(order)
            for future in running:
                order = sent.pop(future.key)
                page = _get_page(future, order)
                if following := next(orders, None):
                    send(following)
                yield order, page
        finally:
            client.cancel([Future(key, client) for key in sent])


def pack(order: Order) -> Parcel:
    """An order made ready to travel."""
    folder = order.job.dossier
    if folder is None:
        return Parcel(order, "", {})
    names = [*(table.file for table in TABLES), PACKAGE]
    paths = [folder / name for name in names if (folder / name).is_file()]
    return Parcel(order, folder.name, {path.name: path.read_bytes() for path in paths})


def make_page_there(parcel: Parcel) -> Page:
    """Run an order where none of its files are.

    Raises
    ------
    BatchError
        This machine would make another page of it.
    """
    order = parcel.order
    if mismatch := find_mismatch(order.job.origin):
        raise BatchError(mismatch)
    digests = {name: sha256(content).hexdigest() for name, content in parcel.files.items()}
    if digests and hash_list(digests) != order.job.origin.hashes["dossier"]:
        failure = f"dossier {parcel.dossier} has changed since it was checked: run it again"
        return Page(fail(order.job, failure).html, failure)
    _serve_kernels()
    if not parcel.files:
        return make_page(order)
    with tempfile.TemporaryDirectory() as folder:
        dossier = Path(folder) / parcel.dossier
        for name, content in parcel.files.items():
            write_whole(dossier / name, content)
        values = order.job.values | {"dossier": str(dossier)}
        # Nobody changes these files; and the texts, which the page names, stay at home.
        return make_page(replace(order, job=replace(order.job, values=values, dossier=None)))


@cache
def _serve_kernels() -> None:
    """Start what forks the kernels of this worker, once; it ends with the worker."""
    server = KernelServer(PRELOAD_MANY)
    os.environ[ADDRESS] = server.address
    atexit.register(server.close)


def find_mismatch(origin: Origin) -> str:
    """What is not the same here as where an order comes from; '' where all is."""
    here = {"this package": hash_package(), "boundaries": hash_boundaries()} | list_versions()
    there = {
        "this package": origin.hashes["package"],
        "boundaries": origin.hashes["boundaries"],
    } | origin.versions
    differing = [name for name in there if here.get(name) != there[name]]
    told = ", ".join(
        f"{name} {_short(here.get(name))}, expected {_short(there[name])}" for name in differing
    )
    return f"a worker has another version: {told}" if told else ""


def _short(version: str | None) -> str:
    return "not there" if version is None else version[:12]


def _connect(address: str) -> Client:
    """A client of a scheduler that has a worker."""
    client = None
    try:
        client = Client(address, timeout=_WAIT_S)
        client.wait_for_workers(1, timeout=_WAIT_S)
    except (OSError, TimeoutError, ValueError) as error:
        if client:
            client.close()
            raise BatchError(f"scheduler {address}: has no worker after {_WAIT_S} s") from error
        raise BatchError(f"scheduler {address}: cannot be reached: {error}") from error
    return client


def _get_page(future: Future, order: Order) -> Page:
    error = future.exception()
    if isinstance(error, KilledWorker):
        outcome = fail(order.job, "the workers that ran it died, one after another")
        return Page(outcome.html, outcome.failure)
    if isinstance(error, BatchError):
        raise error
    if error is not None:
        raise BatchError(
            f"a worker could not run a report ({type(error).__name__}: {error}); "
            "it needs the same version of this package"
        ) from error
    return future.result()
