"""The real server with one question more: what it holds inside. It takes what `tactful serve` takes."""

import asyncio
import gc
from collections import Counter
from typing import Any

from tactful_server import lsp
from tactful_server.commands.serve import serve


class Watched(lsp.TactfulServer):
    """Answers `bench/inside` too."""

    def start_io(self, *arguments: Any, **keywords: Any) -> None:
        """The handlers of the house are there by now; ours is added."""

        @self.feature("bench/inside")
        def inside(params: Any) -> dict[str, Any]:
            if params and params.collect:
                gc.collect()
            tasks = Counter(task.get_name().rstrip("0123456789-") for task in asyncio.all_tasks())
            kinds = Counter(type(one).__qualname__ for one in gc.get_objects())
            return {"tasks": list(tasks.items()), "kinds": kinds.most_common(60), "objects": kinds.total()}

        super().start_io(*arguments, **keywords)


if __name__ == "__main__":
    lsp.TactfulServer = Watched  # type: ignore[misc]  # `serve` makes its server by this name
    serve()
