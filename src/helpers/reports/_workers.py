"""Who renders: processes on this machine, each of which renders one report after another."""

import multiprocessing
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing.context import BaseContext
from threading import Timer

from helpers.errors import BatchError
from helpers.reports import _startup as startup
from helpers.reports._job import NOT_DONE, Job, Outcome, fail
from helpers.reports._render import run

SLACK_S = 60
"""What a worker has beyond a report's time: to start itself, to clean up and to make the page."""

_TRIES = 3  # of a report whose kernel or worker dies
_DIED = f"its worker died, {_TRIES} times"


def make_page(job: Job, timeout_s: float | None) -> Outcome:
    """Run a job here, again where its kernel dies; whatever happens, there is a page."""
    return replace(run(job, timeout_s=timeout_s, tries=_TRIES), executed=None)


class _Worker:
    """One process of its own: the death of one leaves the others alone."""

    failure = _DIED  # why it ended, if it did

    def __init__(self, context: BaseContext) -> None:
        others = multiprocessing.active_children()
        self._pool = ProcessPoolExecutor(1, context, startup.begin_worker)
        self._pool.submit(startup.wait_for_preload)  # starts the process
        self._processes = set(multiprocessing.active_children()) - set(others)

    def start(self, job: Job, timeout_s: float | None) -> Future:
        future = self._pool.submit(make_page, job, timeout_s)
        if timeout_s:
            end = Timer(timeout_s + SLACK_S, self.end, [NOT_DONE.format(timeout_s)])
            end.daemon = True
            end.start()
            future.add_done_callback(lambda _: end.cancel())
        return future

    def end(self, failure: str = _DIED) -> None:
        """End the process at once; what it was at has failed."""
        self.failure = failure
        for process in self._processes:
            process.kill()
        self._pool.shutdown(wait=False)


def run_here(
    jobs: Iterator[Job], count: int, timeout_s: float | None = None
) -> Generator[tuple[Job, Outcome]]:
    """Run jobs in processes of this machine; each comes back when it is done.

    A worker that dies takes only its own job with it, which is tried again; one that hangs is
    killed, and its job has failed.

    One is taken of the jobs when one of the `count` workers is free, and fails after `timeout_s`
    seconds; None for never.
    """
    try:
        multiprocessing.Lock()
    except (ImportError, OSError) as error:
        needed = "worker processes need shared memory (/dev/shm), which is not to be had"
        raise BatchError(f"{needed}: {error}") from error
    running: dict[Future, tuple[Job, _Worker, int]] = {}

    def start(job: Job, worker: _Worker, tries: int = _TRIES) -> None:
        running[worker.start(job, timeout_s)] = job, worker, tries

    with startup.prepare_workers() as context:
        try:
            for _, job in zip(range(count), jobs, strict=False):
                start(job, _Worker(context))
            while running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    job, worker, tries = running.pop(future)
                    wrong = future.exception()
                    failure = f"{type(wrong).__name__}: {wrong}" if wrong else ""
                    if isinstance(wrong, BrokenProcessPool):
                        failure = worker.failure
                    if failure == _DIED and tries > 1:
                        start(job, _Worker(context), tries - 1)
                        continue
                    if following := next(jobs, None):
                        start(following, _Worker(context) if failure else worker)
                    if failure or not following:
                        worker.end()
                    yield job, fail(job, failure) if failure else future.result()
        finally:
            for _, worker, _ in running.values():
                worker.end()
