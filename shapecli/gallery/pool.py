"""Processes that draw side by side: a figure that takes all memory ends one of them, not the run."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import suppress
from queue import SimpleQueue
from typing import Any, Final

PATIENCE: Final = 5.0  # seconds in which a process tidies up


def drawn(jobs: Sequence[dict[str, Any]], processes: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The answers to jobs with their numbers, as they come; see `worker.draw`."""
    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    running: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        process = _start()
        running.append(process)
        return process

    def do(job: dict[str, Any]) -> dict[str, Any]:
        process = idle.get()
        try:
            if process.poll() is not None:
                process = start()
            return _ask(process, job)
        finally:
            idle.put(process)

    count = max(1, min(processes, len(jobs)))
    pool = ThreadPoolExecutor(count)
    try:
        for _ in range(count):
            idle.put(start())
        numbers: dict[Future[dict[str, Any]], int] = {}
        waiting = iter(enumerate(jobs))
        for number, job in waiting:
            numbers[pool.submit(do, job)] = number
            if len(numbers) == 2 * count:
                break
        while numbers:
            finished, _ = wait(numbers, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in finished:
                yield numbers.pop(future), future.result()
                for number, job in waiting:
                    numbers[pool.submit(do, job)] = number
                    break
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        pool.shutdown()


def _ask(process: "subprocess.Popen[bytes]", job: dict[str, Any]) -> dict[str, Any]:
    """The answer of a process to a job, or that it ended."""
    assert process.stdin
    assert process.stdout
    with suppress(OSError, ValueError):
        process.stdin.write(json.dumps(job).encode() + b"\n")
        process.stdin.flush()
        answer: dict[str, Any] = json.loads(process.stdout.readline())
        return answer
    process.kill()
    return {"problem": "error: the process that drew it ended; perhaps there was too little memory"}


def _start() -> "subprocess.Popen[bytes]":
    """A process that draws; in a session of its own, so that a Ctrl-C is ours to handle."""
    code = f"import sys; sys.path[:] = {sys.path!r}; from shapecli.gallery.worker import main; main()"
    return subprocess.Popen(  # noqa: S603 - our own code
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
