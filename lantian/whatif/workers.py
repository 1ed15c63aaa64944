"""Scenarios of a table planned in several processes, this one and others, beside the same planned parents.

A scenario is asked of its parent alone, so no row depends on which process planned it, or when. The parents are planned
here, once, and handed over with the case as they stand; rows come back and are put in the order asked.
"""

import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Future, ProcessPoolExecutor, wait
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children, get_context, parent_process
from multiprocessing.queues import Queue

import polars as pl

from grading.faults import InputError
from grading.words import mark, say
from lantian.journal import Journal
from lantian.whatif.answering import Room
from lantian.whatif.rows import Row, row_of
from lantian.whatif.scenario_file import Written

Progress = Callable[[int, int], None]
"""Called with how many are done, of how many."""
FEW = 8
"""Scenarios below which one process has planned them before another has started."""
MOST = 8
"""Processes that plan without being asked for: each holds the case and its parents in memory."""
AHEAD = 2
"""Scenarios that each other process is asked at a time: the one it plans, and the next."""
AT_HAND: dict[str, Room] = {}
"""In a process that plans for another one: the case it was handed."""


def unheard(done: int, of: int) -> None:
    """Tell nobody how far it is."""


def workers_for(scenarios: int, wanted: int | None = None) -> int:
    """Return how many processes plan some scenarios: as many as wanted, or one per usable processor if it pays."""
    if wanted is None:
        wanted = min(pl.thread_pool_size(), MOST) if scenarios >= FEW else 1
    return max(min(wanted, scenarios), 1)


def rows_of(
    room: Room, written: Sequence[Written], progress: Progress, workers: int, of: int | None = None
) -> Iterator[Row]:
    """Return the row of each scenario, in their order.

    `of`: how many rows there are in all; those beyond the scenarios are done already. A scenario whose process ended
    before it answered is planned here. Raises NoPlanFound where a parent has no plan.
    """
    of = len(written) if of is None else of
    done = of - len(written)
    if done:
        progress(done, of)
    found: dict[int, Row] = {}
    for place, row in _each(room, written, workers_for(len(written), workers)):
        found[place] = row
        progress(done + len(found), of)
    return iter([found[place] for place in range(len(written))])


def _each(room: Room, written: Sequence[Written], workers: int) -> Iterator[tuple[int, Row]]:
    """Yield place and row of every scenario, as they end."""
    left = dict(enumerate(written))
    if workers > 1:
        _plan_parents(room, written)
        with closing(_shared(room, written, workers)) as shared:
            for place, row in shared:
                del left[place]
                yield place, row
        if left:
            lost = mark("A process that planned what-ifs ended early; the remaining {n} are planned in this one.")
            room.options.journal(say(room.options.language, lost, n=len(left)))
    yield from ((place, row_of(room, each)) for place, each in left.items())


def _plan_parents(room: Room, written: Sequence[Written]) -> None:
    """Plan every parent once, ready to be asked; what is wrong with one is told in the rows of its scenarios."""
    for parent in dict.fromkeys(each.scenario.parent for each in written):
        try:
            _ = room.plan(parent).program
        except InputError:
            continue


def _shared(room: Room, written: Sequence[Written], workers: int) -> Generator[tuple[int, Row], None, None]:
    """Yield place and row of scenarios as they end: the other processes begin with the first, this one with the last.

    So nobody waits while the others start. What an ended process leaves is not among them.
    """
    left, asked = deque(enumerate(written)), dict[Future[Row], int]()
    with _pool(_packed(room), workers - 1) as pool:
        with _deaf():
            _hand_over(pool, left, asked, AHEAD * (workers - 1))
        while left or asked:
            if left:
                place, each = left.pop()
                yield place, row_of(room, each)
            ended = [each for each in asked if each.done()] if left else wait(asked, None, FIRST_COMPLETED).done
            for future in ended:
                place = asked.pop(future)
                with suppress(BrokenExecutor):  # its process ended; others may have answered before
                    yield place, future.result()
            _hand_over(pool, left, asked, AHEAD * (workers - 1))


def _hand_over(
    pool: ProcessPoolExecutor, left: deque[tuple[int, Written]], asked: dict[Future[Row], int], most: int
) -> None:
    """Ask for so many scenarios at a time. None is called back: a process that ends would then be waited for."""
    with suppress(BrokenExecutor):  # no process is left to ask
        while left and len(asked) < most:
            place, each = left[0]
            asked[pool.submit(_answered, each)] = place
            left.popleft()


@contextmanager
def _deaf() -> Iterator[None]:
    """Start processes that do not hear Ctrl-C: their parent does, and ends them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _packed(room: Room) -> bytes:
    return pickle.dumps(replace(room, options=replace(room.options, journal=Journal())), protocol=5)


@contextmanager
def _pool(packed: bytes, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that hold a case; they are ended with the block, at once where it ends in an error.

    They are started afresh: a copy of a process in which Polars has threads would wait for them for ever.
    """
    others = set(active_children())
    context = get_context("spawn")
    handed: Queue[bytes] = context.Queue()
    pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(handed,))
    for _ in range(workers):
        handed.put(packed)  # written in the background: whoever starts takes one
    try:
        yield pool
    except BaseException:  # also what Ctrl-C raises
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        handed.cancel_join_thread()  # one that ended never took it
        handed.close()
        pool.shutdown()


def _begin(handed: "Queue[bytes]") -> None:
    """Make a process ready: one thread, deaf to Ctrl-C, and gone when its parent is gone."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when Polars first works, which is below
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    AT_HAND["room"] = pickle.loads(handed.get())  # noqa: S301 - written by our own parent process, for this one alone


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answered(written: Written) -> Row:
    return row_of(AT_HAND["room"], written)
