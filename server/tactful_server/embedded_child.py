"""The process that serves the embedded model; started by `embedded_process.py` and by nothing else.

One line of JSON comes on standard input (the file, the key, the sizes); one line goes out on standard output (the
address, or what went wrong). It lives as long as its standard input is open: when the parent ends, however it ends,
the pipe closes and so does this. The key is never in the arguments nor in the environment.
"""

import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Serve until standard input closes."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the library prints must not be taken for the answer
    order = json.loads(sys.stdin.readline())
    _die_with_parent(order["parent"])
    ending = threading.Thread(target=_wait_for_the_end, daemon=True)
    ending.start()
    try:
        server = _serve(order)
        answer = {"address": server.listening_address}
    except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to hear of it
        answer = {"error": f"{type(error).__name__}: {error}"}
    answers.write(json.dumps(answer) + "\n")
    answers.flush()
    if "error" not in answer:
        ending.join()
    os._exit(0)


def _serve(order: Mapping[str, Any]) -> Any:
    """Load the model and answer on a free port of loopback."""
    os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # has to be set before the import: spinning threads cost threefold
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = order["model"]
    params.model_alias = {order["name"]}
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [order["key"]]
    params.n_gpu_layers = 0
    params.n_parallel = 1
    params.n_ctx = order["n_ctx"]
    params.n_batch = params.n_ubatch = order["n_batch"]
    params.cpuparams.n_threads = order["n_threads"]
    params.cpuparams_batch.n_threads = order["n_threads_batch"]
    params.cache_ram_mib = 0  # the default keeps up to 8 GB of former prompts
    params.n_ctx_checkpoints = 0
    params.warmup = False
    params.ui = params.endpoint_slots = params.endpoint_metrics = False
    params.n_threads_http = 2
    return xllamacpp.Server(params)


def _wait_for_the_end() -> None:
    while sys.stdin.read(1):
        pass
    os._exit(0)


def _die_with_parent(parent: int) -> None:
    """On Linux the kernel kills this process when its parent dies, even while the library holds the interpreter."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(0)


if __name__ == "__main__":
    main()
