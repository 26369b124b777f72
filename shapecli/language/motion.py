"""What moves in a film, and when."""

import math
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from shapecli.base.source import ShapeError

if TYPE_CHECKING:
    from shapecli.language.figure import Figure

Frame = TypeVar("Frame")

SEED: Final = "seed"  # what a sweep calls that of chance
PACES: Final = ("linear", "geometric")
EASES: Final[Mapping[str, Callable[[float], float]]] = {
    "linear": lambda t: t,
    "in": lambda t: t * t,
    "out": lambda t: t * (2 - t),
    "in-out": lambda t: (1 - math.cos(math.pi * t)) / 2,
}
LOOPS: Final = ("bounce", "restart", "closed", "once")
TIMED: Final = ("seconds", "fps", "ease", "loop")  # what a sweep has beside what moves
CHOICES: Final[Mapping[str, Sequence[str]]] = {"ease": tuple(EASES), "loop": LOOPS}
SECONDS: Final = 3.0
FPS: Final = 25.0
SEEDS: Final = 4.0  # a second
LEAST_FPS: Final = 0.01  # formats count the time of a frame with few bits
MOST_FPS: Final = 100.0
MOST_FRAMES: Final = 10_000


def by_factors(name: str, pace: str | None) -> bool:
    """Whether equal times change a number by equal factors: as its pace says, or else if it is n."""
    return pace == PACES[1] if pace else name == "n"


@dataclass(frozen=True)
class Sweep:
    """A number that changes while a film runs.

    Attributes:
        name: a parameter, n for the sharpness, or seed.
        geometric: whether equal times change it by equal factors, instead of by equal differences.
    """

    name: str
    low: float
    high: float
    geometric: bool = False

    def value(self, figure: "Figure", share: float) -> float:
        """As `at`, but of a seed and of a parameter with steps the value next to it that it may have."""
        known = {parameter.name: parameter for parameter in figure.parameters}
        number = self.at(share)
        if self.name == SEED:
            return float(round(number))
        return known[self.name].nearest(number) if self.name in known else number

    def at(self, share: float) -> float:
        """The value at a share of the way, from 0 to 1; exact at the ends."""
        if share in (0.0, 1.0):
            return self.high if share else self.low
        if self.geometric:
            number = math.pow(self.low, 1 - share) * math.pow(self.high, share)
        else:
            number = self.low * (1 - share) + self.high * share
        first, last = sorted((self.low, self.high))
        return min(max(first, number), last)  # however it is rounded


@dataclass(frozen=True, kw_only=True)
class Motion:
    """What moves in a film, and when, as it is asked for; what is None is as usual.

    Attributes:
        sweeps: none where one figure becomes another.
        frames: from one end to the other.
        seconds: the same, if it is not said how many frames.
        fps: frames a second.
        ease: slow at which ends, a key of `EASES`.
        loop: back and forth for ever, from the start for ever - `closed` where the end is the start, which is
            shown once - or once.
    """

    sweeps: tuple[Sweep, ...] = ()
    frames: int | None = None
    seconds: float | None = None
    fps: float | None = None
    ease: str | None = None
    loop: str | None = None

    def timed(self) -> "Film":
        """With everything that is as usual settled, which for seeds alone is each of them once.

        Raises:
            ShapeError: there are too many frames.
        """
        only_seeds = bool(self.sweeps) and all(sweep.name == SEED for sweep in self.sweeps)
        loop = self.loop or LOOPS[only_seeds]
        ease = self.ease or ("linear" if only_seeds or loop == "closed" else "in-out")
        frames, fps = self.frames, self.fps
        if only_seeds and not frames and not (fps and self.seconds):
            frames = _count(max(abs(sweep.high - sweep.low) for sweep in self.sweeps)) + (loop != "closed")
            fps = fps or (frames / self.seconds if self.seconds else SEEDS)
        fps = fps or FPS
        if fps > MOST_FPS:
            raise ShapeError(f"more than {MOST_FPS:g} frames a second", option="fps")
        if fps < LEAST_FPS:
            raise ShapeError(f"less than {LEAST_FPS:g} frames a second", option="fps")
        frames = max(2, frames or _count((self.seconds or SECONDS) * fps))
        if frames > MOST_FRAMES:
            count = f"{frames:,}" if frames < sys.maxsize else "so many"
            hint = "choose fewer <frames>, or <seconds>"
            raise ShapeError(f"{count} frames are more than {MOST_FRAMES:,}", hint=hint)
        return Film(self.sweeps, frames, fps, ease, loop)


@dataclass(frozen=True)
class Film:
    """A motion of which everything is settled; its attributes are those."""

    sweeps: tuple[Sweep, ...]
    frames: int
    fps: float
    ease: str
    loop: str

    def within(self, most: int) -> "Film":
        """As long, but of so many frames at most that are drawn."""
        share = min(1.0, most / self.frames)
        return replace(self, frames=max(2, round(self.frames * share)), fps=self.fps * share)

    def shares(self) -> list[float]:
        """For each frame that is drawn the share of the way, from 0 to 1."""
        last = self.frames if self.loop == "closed" else self.frames - 1
        return [EASES[self.ease](k / last) for k in range(self.frames)]

    def total(self) -> int:
        """How many frames are shown, those on the way back included."""
        return 2 * self.frames - 2 if self.loop == "bounce" else self.frames

    def shown(self, frames: Iterator[Frame]) -> Iterator[Frame]:
        """Frames as they are drawn, and those on the way back."""
        held = []
        for frame in frames:
            held.append(frame)
            yield frame
        if self.loop == "bounce":
            yield from held[-2:0:-1]


def _count(number: float) -> int:
    """The whole number next to it; of one without end some that is too large."""
    return round(min(number, sys.maxsize))


def timing_problem(name: str, value: float | str) -> str | None:
    """What is wrong with what a sweep has beside what moves."""
    if name in CHOICES:
        *others, last = CHOICES[name]
        return None if value in CHOICES[name] else f"{name} is {', '.join(others)} or {last}"
    if name == "fps":
        possible = not isinstance(value, str) and LEAST_FPS <= value <= MOST_FPS
        return None if possible else f"fps is a number from {LEAST_FPS:g} to {MOST_FPS:g}"
    if isinstance(value, str) or not 0.0 < value < math.inf:
        return f"{name} is a finite number greater than 0"
    return None


def motion_of(sweeps: Sequence[Sweep], timing: Mapping[str, Any]) -> Motion:
    """The film of a heading.

    Args:
        timing: seconds, fps, ease and loop, if they are given.

    Raises:
        ValueError, ShapeError: nothing moves, or there are too many frames.
    """
    if not sweeps:
        raise ValueError("nothing moves")
    motion = Motion(sweeps=tuple(sweeps), **timing)
    motion.timed()
    return motion
