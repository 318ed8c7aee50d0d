"""The gate that comes with Tactful, for who has no record yet: numbers and trees only, beside their card (`CARD.md`).

`make prior` makes it. It is of one version of the features; of another it is refused, and everything is shown.
"""

from functools import cache
from importlib.resources import files
from typing import Final

from tactful_models import features, manifest
from tactful_models.errors import UnknownFormatError
from tactful_models.gate import GateArtifact, LearnedGate

SHIPPED: Final = "shipped"
"""What stands for a version."""


def artifact() -> GateArtifact | None:
    """The gate as values, whatever features it was made for; None where none was shipped.

    Raises:
        GateError: its files are not whole.
    """
    here = files(__name__)
    if not here.joinpath("manifest.json").is_file():
        return None
    return manifest.from_files(lambda name: here.joinpath(name).read_text("utf-8"))


@cache
def load() -> LearnedGate | None:
    """The gate ready to serve; None where none was shipped. Imports LightGBM, which takes a second.

    Raises:
        GateError: its files are not whole, or it is of other features.
    """
    found = artifact()
    return None if found is None else ready(found)


def ready(found: GateArtifact) -> LearnedGate:
    """A gate to be shipped, ready to serve; raises UnknownFormatError where it is of other features."""
    if found.fingerprint != features.fingerprint():
        raise UnknownFormatError(
            f"the gate that comes with Tactful was made for features version {found.features_version}"
            f" ({found.fingerprint}), this is {features.FEATURES_VERSION} ({features.fingerprint()}): everything is"
            " shown until you have trained one; `make prior` makes another"
        )
    return LearnedGate(found, SHIPPED)
