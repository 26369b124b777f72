"""SIGINT and SIGTERM as exceptions that are not lost, listened to before anything else is imported."""

import _thread
import contextlib
import math
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final


class Terminated(BaseException):
    """SIGTERM, as an exception, so that half-written files are removed."""


class Signals:
    """SIGINT and SIGTERM as exceptions: once, however often they come while all is being tidied up."""

    PAUSE: Final = 1.0  # seconds in which a further signal says nothing new

    def __init__(self) -> None:
        self._raised = -math.inf

    def listen(self) -> None:
        with contextlib.suppress(ValueError):  # only the main thread may
            signal.signal(signal.SIGTERM, self._receive)
            if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as it is in the background
                signal.signal(signal.SIGINT, self._receive)
            sys.unraisablehook = self._again

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Listen for a while; whoever listened before does so again afterwards."""
        handlers = [(number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM)]
        hook = sys.unraisablehook
        self.listen()
        try:
            yield
        finally:
            sys.unraisablehook = hook
            with contextlib.suppress(ValueError):  # only the main thread may
                for number, handler in handlers:
                    signal.signal(number, handler)

    def ignore(self) -> None:
        """From here on the end is near, and nothing may make it untidy."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)

    def _receive(self, number: int, _frame: FrameType | None) -> None:
        now = time.monotonic()
        if now - self._raised > self.PAUSE:
            self._raised = now
            raise KeyboardInterrupt if number == signal.SIGINT else Terminated

    def _again(self, lost: "sys.UnraisableHookArgs") -> None:
        """What arrived where exceptions are dropped, as in a callback of LLVM's, comes again."""
        if not issubclass(lost.exc_type, KeyboardInterrupt | Terminated):
            if time.monotonic() - self._raised > self.PAUSE:  # else it is a consequence
                sys.__unraisablehook__(lost)
            return
        self._raised = -math.inf
        number = signal.SIGINT if issubclass(lost.exc_type, KeyboardInterrupt) else signal.SIGTERM
        again = threading.Timer(0.05, _thread.interrupt_main, (number,))
        again.daemon = True
        again.start()


signals = Signals()
