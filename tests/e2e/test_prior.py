"""The gate that comes with Tactful, in a running server: it decides, is told, and withholds nothing."""

import pytest

from e2e.conftest import Home, Serve
from tactful_models import features, prior
from tactful_models.events import Action, Decided

pytestmark = pytest.mark.e2e


async def test_until_there_is_a_gate_of_ones_own_the_shipped_one_only_watches(serve: Serve, home: Home) -> None:
    shipped = prior.artifact()
    if shipped is None or shipped.fingerprint != features.fingerprint():
        pytest.skip("the gate that comes with Tactful is of an earlier version of the features: run `make prior`")
    async with serve(launch={"arguments": ("--seed", "7")}) as editor:
        status = await editor.until(lambda status: status.gate.version == prior.SHIPPED and status, 60.0)
        editor.open("file:///project/a.py", "def add(a, b):\n    return")
        await editor.must()

    assert (status.state, status.gate.own, status.gate.refused) == ("shadow", False, "")
    decided = home.events(Decided)
    assert {one.gate_version for one in decided} == {prior.SHIPPED}
    assert all(one.probability is not None and one.action is Action.SHOW for one in decided)
