"""Scenarios of a table planned in several processes, this one and others, beside the same planned parents.

A scenario is asked of its parent alone, so no row depends on which process planned it, or when. The parents are planned
here, once, and handed over with the case as they stand; rows come back and are put in the order asked.
"""

import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor, as_completed
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from multiprocessing import active_children, get_context, parent_process

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
    with _pool(_packed(room), workers - 1) as pool:
        asked = _handed_over(pool, written)
        for future, place in reversed(list(asked.items())):
            if not future.cancel():  # another process has it, or is about to
                break
            del asked[future]
            yield place, row_of(room, written[place])
            yield from _told([each for each in asked if each.done()], asked)
        yield from _told(as_completed(list(asked)), asked)


def _handed_over(pool: ProcessPoolExecutor, written: Sequence[Written]) -> dict[Future[Row], int]:
    asked: dict[Future[Row], int] = {}
    with suppress(BrokenExecutor):  # no process is left to ask
        for place, each in enumerate(written):
            asked[pool.submit(_answered, each)] = place
    return asked


def _told(ended: Iterable[Future[Row]], asked: dict[Future[Row], int]) -> Iterator[tuple[int, Row]]:
    for future in ended:
        place = asked.pop(future)
        with suppress(BrokenExecutor):  # its process ended; others may have answered before
            yield place, future.result()


def _packed(room: Room) -> bytes:
    return pickle.dumps(replace(room, options=replace(room.options, journal=Journal())), protocol=5)


@contextmanager
def _pool(packed: bytes, workers: int) -> Iterator[ProcessPoolExecutor]:
    """Give processes that hold a case; they are ended with the block, at once where it ends in an error.

    They are started afresh: a copy of a process in which Polars has threads would wait for them for ever.
    """
    others = set(active_children())
    pool = ProcessPoolExecutor(workers, get_context("spawn"), initializer=_begin, initargs=(packed,))
    try:
        yield pool
    except BaseException:  # also what Ctrl-C raises
        pool.shutdown(wait=False, cancel_futures=True)
        for process in set(active_children()) - others:
            process.terminate()
        raise
    finally:
        pool.shutdown()


def _begin(packed: bytes) -> None:
    """Make a process ready: one thread, deaf to Ctrl-C (its parent ends it), and gone when its parent is gone."""
    os.environ["POLARS_MAX_THREADS"] = "1"  # read when Polars first works, which is below
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    AT_HAND["room"] = pickle.loads(packed)  # noqa: S301 - written by our own parent process, for this one alone


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _answered(written: Written) -> Row:
    return row_of(AT_HAND["room"], written)
