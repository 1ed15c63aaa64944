"""The run log: what was done and how long it took. Not part of the byte-for-byte promise."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field


def unheard(step: str) -> None:
    """Tell nobody of a step."""


@dataclass
class Journal:
    """Collects one line per step with the seconds since the start, and passes each on to `echo`."""

    echo: Callable[[str], None] = unheard
    started: float = field(default_factory=time.monotonic)
    lines: list[str] = field(default_factory=list)

    def __call__(self, step: str) -> None:
        """Note that `step` begins now."""
        self.lines.append(f"{time.monotonic() - self.started:8.2f}s  {step}")
        self.echo(step)

    def text(self) -> str:
        """Return the log so far."""
        return "\n".join(self.lines) + "\n"
