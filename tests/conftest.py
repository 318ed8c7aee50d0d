"""Order: what fails fast comes first, whole servers last."""

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """End-to-end tests run after the rest."""
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)
