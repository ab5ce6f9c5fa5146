"""When documents are analysed, with analyses that take as long as a test says."""

from __future__ import annotations

import asyncio
import time

from backspec.lsp.schedule import LONGEST_PAUSE_S, SHORTEST_PAUSE_S, Schedule


class Work:
    """Remembers when each document was analysed, in seconds since the start."""

    def __init__(self, takes_s: float = 0.0) -> None:
        self.takes_s = takes_s
        self.done: list[tuple[str, float]] = []
        self.started = time.perf_counter()

    def __call__(self, uri: str) -> None:
        self.done.append((uri, time.perf_counter() - self.started))
        time.sleep(self.takes_s)

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]


async def until_idle(schedule: Schedule) -> None:
    while not schedule.is_idle:
        await asyncio.sleep(0.001)


async def test_a_first_change_does_not_wait() -> None:
    work = Work()
    schedule = Schedule(work)
    schedule.add("a")
    await asyncio.sleep(0)
    assert work.names == ["a"]


async def test_a_change_right_after_waits_as_long_as_the_last_analysis_took() -> None:
    work = Work(takes_s=0.03)
    schedule = Schedule(work)
    schedule.add("a")
    await until_idle(schedule)
    schedule.add("a")
    await until_idle(schedule)
    (_, first), (_, second) = work.done
    assert second - first >= 0.06 - 0.002


async def test_pauses_have_bounds() -> None:
    work = Work()
    schedule = Schedule(work)
    schedule.add("a")
    await until_idle(schedule)
    schedule.add("a")
    await until_idle(schedule)
    (_, first), (_, second) = work.done
    assert SHORTEST_PAUSE_S - 0.002 <= second - first < LONGEST_PAUSE_S + 0.5


async def test_many_changes_are_one_analysis() -> None:
    work = Work(takes_s=0.01)
    schedule = Schedule(work)
    for _ in range(20):
        schedule.add("a")
    await until_idle(schedule)
    assert work.names == ["a"]


async def test_what_is_typed_in_comes_first_and_other_documents_need_no_pause() -> None:
    work = Work(takes_s=0.1)
    schedule = Schedule(work)
    for name in ("a", "b", "c"):
        schedule.add(name)
    schedule.add("c", urgent=True)
    schedule.discard("b")
    await until_idle(schedule)
    assert work.names == ["c", "a"]
    (_, first), (_, second) = work.done
    assert second - first < 0.17


async def test_a_document_closed_while_it_waits_is_left_alone() -> None:
    work = Work()
    schedule = Schedule(work)
    schedule.add("a")
    schedule.discard("a")
    await asyncio.sleep(0.01)
    assert work.names == []
