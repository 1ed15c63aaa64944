"""The one Jinja environment: sandboxed, escaping everything, refusing names nobody defined."""

from functools import cache

from jinja2 import PackageLoader, StrictUndefined
from jinja2.sandbox import SandboxedEnvironment

from reports.invisible import visible


@cache
def environment() -> SandboxedEnvironment:
    """Return the environment of every page; what came from a file leaves it as text."""
    made = SandboxedEnvironment(
        loader=PackageLoader("reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["visible"] = visible
    return made
