"""Order: what fails fast comes first, whole servers after it, and the editor last."""

import os

import pytest

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `tactful` itself has it

WHOLE = ("e2e", "editor")
"""Markers of what is started as a whole, in the order in which it runs."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """End-to-end tests run after the rest, those in a real editor after them."""
    items.sort(key=lambda item: sum(n for n, name in enumerate(WHOLE, 1) if item.get_closest_marker(name) is not None))
