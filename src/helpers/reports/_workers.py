"""Who renders: processes on this machine, each of which renders one report after another."""

import multiprocessing
from collections.abc import Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, replace

from helpers.reports._jobs import Job
from helpers.reports._render import KERNEL_DIED, fail, run
from helpers.reports._startup import begin_worker, safe_path

_TRIES = 3  # of a report whose kernel or worker dies


@dataclass(frozen=True)
class Order:
    """A job on its way to a worker.

    Parameters
    ----------
    number
        Which of the batch's reports it is.
    job
        What is run.
    timeout_s
        After how many seconds the notebook fails; None for never.
    tries
        How often it may still be tried.
    """

    number: int
    job: Job
    timeout_s: float | None
    tries: int = _TRIES


@dataclass(frozen=True)
class Page:
    """What a worker gives back: a page, and why it failed or ''."""

    html: str
    failure: str


def make_page(order: Order) -> Page:
    """Run an order's job here, again where its kernel died; whatever happens, there is a page."""
    for _ in range(order.tries):
        outcome = run(order.job, timeout_s=order.timeout_s)
        if not outcome.failure.startswith(KERNEL_DIED):
            break
    return Page(outcome.html, outcome.failure)


def run_here(orders: Iterator[Order], count: int) -> Generator[tuple[Order, Page]]:
    """Run orders in processes of this machine; each comes back when it is done.

    A worker that dies takes only its own order with it, which is tried again.

    Parameters
    ----------
    orders
        What to run; one is taken when a worker is free.
    count
        How many workers.
    """
    with safe_path():
        yield from _run_here(orders, count)


def _run_here(orders: Iterator[Order], count: int) -> Generator[tuple[Order, Page]]:
    running: dict[Future, tuple[Order, ProcessPoolExecutor]] = {}

    def start(order: Order, worker: ProcessPoolExecutor) -> None:
        running[worker.submit(make_page, order)] = order, worker

    try:
        for _, order in zip(range(count), orders, strict=False):
            start(order, _start_worker())
        while running:
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                order, worker = running.pop(future)
                page = _get_page(future, order)
                if future.exception():
                    worker.shutdown(wait=False)
                    worker = _start_worker()
                following = next(orders, None) if page else replace(order, tries=order.tries - 1)
                if following:
                    start(following, worker)
                else:
                    worker.shutdown(wait=False)
                if page:
                    yield order, page
    finally:
        for _, worker in running.values():
            for process in list(worker._processes.values()):  # 3.14 has kill_workers
                process.kill()


def _get_page(future: Future, order: Order) -> Page | None:
    """What a worker gave back; None where it died and the order is to be tried again."""
    try:
        return future.result()
    except BrokenProcessPool:
        if order.tries > 1:
            return None
        outcome = fail(order.job, f"its worker died, {_TRIES} times")
    except Exception as error:  # what it gave back cannot be read
        outcome = fail(order.job, f"{type(error).__name__}: {error}")
    return Page(outcome.html, outcome.failure)


def _start_worker() -> ProcessPoolExecutor:
    """One process of its own: the death of one leaves the others alone."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(max_workers=1, mp_context=context, initializer=begin_worker)
