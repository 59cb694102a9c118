"""Long tests come first, a share of them in each process of the run: nobody waits for one at the end."""

import pytest


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Processes take equal parts of the list, one after another: put its share of the long ones before each part."""
    processes = int(getattr(config, "workerinput", {}).get("workercount", 1))
    long = [item for item in items if item.get_closest_marker("long")]
    rest = [item for item in items if not item.get_closest_marker("long")]
    part = len(rest) // processes + 1
    items[:] = [item for n in range(processes) for item in (*long[n::processes], *rest[n * part : (n + 1) * part])]
