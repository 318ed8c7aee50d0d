"""The sample project: the source of httpx, real code that is at hand wherever Tactful is installed."""

import random
from importlib.resources import files
from importlib.resources.abc import Traversable

from tactful_server.demo.developer import Source

PROJECT = "httpx"
_LEAST_CHARS = 3000


def sources(seed: int) -> list[Source]:
    """Its larger files, in an order that the seed fixes."""
    modules = sorted(_modules(files(PROJECT)), key=lambda one: one.name)
    found = [source for module in modules if len((source := _source(module)).text) >= _LEAST_CHARS]
    random.Random(seed).shuffle(found)
    return found


def _modules(folder: Traversable) -> list[Traversable]:
    inside = list(folder.iterdir())
    return [one for one in inside if one.name.endswith(".py")] + [
        module for one in inside if one.is_dir() for module in _modules(one)
    ]


def _source(module: Traversable) -> Source:
    text = module.read_text("utf-8")
    heads = [at for word in ("\nclass ", "\ndef ", "\n@") if (at := text.find(word)) >= 0]
    return Source(f"file:///sample/{PROJECT}/{module.name}", text, min(heads, default=0) + 1)
