"""Benchmarks run on request only: `python -m pytest tests/benches -m bench`."""

import pytest


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect what measures unless the marker expression names it."""
    if "bench" in config.getoption("markexpr"):
        return
    measured = [item for item in items if item.get_closest_marker("bench")]
    if measured:
        config.hook.pytest_deselected(items=measured)
        items[:] = [item for item in items if not item.get_closest_marker("bench")]
