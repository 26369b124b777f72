"""Processes that draw side by side: a figure that takes all memory ends one of them, not the run."""

import json
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from shapecli.base.processes import started

PAUSE: Final = 0.2  # seconds between looks whether anybody still works
PATIENCE: Final = 5.0  # seconds in which a process tidies up

Answer = tuple[int, dict[str, Any] | OSError]


def drawn(jobs: Sequence[dict[str, Any]], processes: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """The answers to jobs with their numbers, as they come; see `worker.draw`.

    Threads and this one share simple queues alone: a Ctrl-C in the middle of anything with a lock, such as
    waiting for futures, may leave it locked for ever.

    Raises:
        OSError: a process cannot be started.
    """
    waiting: SimpleQueue[int] = SimpleQueue()
    answers: SimpleQueue[Answer] = SimpleQueue()
    running: list[subprocess.Popen[bytes]] = []
    stopping: list[bool] = []

    def start() -> subprocess.Popen[bytes]:
        process = started("shapecli.gallery.worker", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
        running.append(process)
        if stopping:
            process.kill()
        return process

    def work() -> None:
        try:
            process = start()
            with suppress(Empty):
                while not stopping:
                    number = waiting.get_nowait()
                    if process.poll() is not None:
                        process = start()
                    answers.put((number, _ask(process, jobs[number])))
        except OSError as problem:
            answers.put((-1, problem))

    for number in range(len(jobs)):
        waiting.put(number)
    threads = [Thread(target=work, daemon=True) for _ in range(min(processes, len(jobs)))]
    try:
        for thread in threads:
            thread.start()
        for _ in jobs:
            number, answer = _next(answers, threads)
            if isinstance(answer, OSError):
                raise answer
            yield number, answer
    finally:
        stopping.append(True)
        for process in running:
            process.terminate()
        for process in running:
            try:
                process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for thread in threads:
            if thread.is_alive():
                thread.join(PATIENCE)
        for stream in (stream for process in running for stream in (process.stdin, process.stdout)):
            with suppress(OSError):  # nobody reads what was to be said
                if stream:
                    stream.close()


def _next(answers: "SimpleQueue[Answer]", threads: Sequence[Thread]) -> Answer:
    """The next answer, as long as anybody works on one."""
    while True:
        working = any(thread.is_alive() for thread in threads)
        try:
            return answers.get(timeout=PAUSE)
        except Empty:
            if not working:
                raise OSError("the processes that draw have ended") from None


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
    process.wait()  # or the next job might be given to it as well
    return {"problem": "error: the process that drew it ended; perhaps there was too little memory"}
