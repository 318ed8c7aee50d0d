"""LightGBM's C entry for one row at a time: 10 µs where `Booster.predict` takes 75, most of them in Python.

The entry is public C API (`LightGBM/c_api.h`, `LGBM_BoosterPredictForMatSingleRowFast`); the library and the handle are
reached through names that LightGBM's Python package keeps to itself, so where they are not as expected, `single_row`
falls back on `Booster.predict`, which gives the same numbers to the bit.
"""

import ctypes
import threading
import weakref
from collections.abc import Callable, Sequence

import lightgbm
import numpy as np

from tactful_models.errors import GateError

Scorer = Callable[[Sequence[float]], float]
"""From one row in the booster's order to its raw score."""

_RAW_SCORE = 1
_FLOAT64 = 1


def single_row(booster: lightgbm.Booster) -> Scorer:
    """The quickest way to a raw score that this LightGBM has."""
    try:
        return FastScorer(booster)
    except AttributeError:
        return SlowScorer(booster)


class SlowScorer:
    """`Booster.predict` on one row."""

    def __init__(self, booster: lightgbm.Booster) -> None:
        self._booster = booster

    def __call__(self, row: Sequence[float]) -> float:
        return float(self._booster.predict(np.array([row], np.float64), raw_score=True, num_threads=1)[0])


class FastScorer:
    """The C entry with its buffers; any thread may call it, one at a time gets in."""

    def __init__(self, booster: lightgbm.Booster) -> None:
        """Raises AttributeError where LightGBM's Python package has other private names, GateError when it refuses."""
        self._booster = booster  # the configuration points into it
        self._library = lightgbm.basic._LIB  # type: ignore[attr-defined]
        self._predict = self._library.LGBM_BoosterPredictForMatSingleRowFast
        n_columns = booster.num_feature()
        self._config = self._configured(booster._handle, n_columns)
        weakref.finalize(self, self._library.LGBM_FastConfigFree, self._config)
        self._row = (ctypes.c_double * n_columns)()
        self._score, self._n_scores = ctypes.c_double(), ctypes.c_int64()
        self._out = (ctypes.byref(self._row), ctypes.byref(self._n_scores), ctypes.byref(self._score))
        self._lock = threading.Lock()

    def __call__(self, row: Sequence[float]) -> float:
        with self._lock:
            self._row[:] = row  # type: ignore[call-overload]
            self._done(self._predict(self._config, *self._out))
            return self._score.value

    def _configured(self, handle: ctypes.c_void_p, n_columns: int) -> ctypes.c_void_p:
        config = ctypes.c_void_p()
        shape = (ctypes.c_int(0), ctypes.c_int(-1), ctypes.c_int(_FLOAT64), ctypes.c_int32(n_columns))
        begin = self._library.LGBM_BoosterPredictForMatSingleRowFastInit
        self._done(begin(handle, ctypes.c_int(_RAW_SCORE), *shape, b"num_threads=1", ctypes.byref(config)))
        return config

    def _done(self, code: int) -> None:
        if code != 0:
            self._library.LGBM_GetLastError.restype = ctypes.c_char_p
            raise GateError(f"LightGBM could not score a row: {self._library.LGBM_GetLastError().decode()}")
