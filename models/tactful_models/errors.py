"""Every error Tactful raises on purpose.

```
TactfulError
├── SettingsError         a setting has a value that cannot be used
├── LogError              the feedback log cannot be read or written
│   ├── LogLockedError    another process holds it; trying again helps
│   ├── LogCorruptError   the file is not a usable SQLite database
│   └── SchemaError       the file was written by a newer Tactful
├── InterchangeError      a file to import is not in the format it claims
├── GateError             a gate cannot be loaded or used
│   ├── UnknownFormatError       its format or feature fingerprint is not this version's
│   └── NotFoundError            the registry has no such version
├── TrainingError         the log does not bear what was asked of it
└── ProviderError         the model server gave no usable answer (the subclasses stand in providers/faults.py)
```

A message says what happened, to what, and what to do about it.
"""


class TactfulError(Exception):
    """Anything Tactful raises on purpose; the command line prints it as one line."""


class SettingsError(TactfulError):
    """A setting has a value that cannot be used."""


class LogError(TactfulError):
    """The feedback log cannot be read or written."""


class LogLockedError(LogError):
    """Another process holds the feedback log; trying again helps."""


class LogCorruptError(LogError):
    """The file is not a usable SQLite database."""


class SchemaError(LogError):
    """The feedback log was written by a newer Tactful."""


class InterchangeError(TactfulError):
    """A file to import is not in the format it claims to have."""


class GateError(TactfulError):
    """A gate cannot be loaded or used."""


class UnknownFormatError(GateError):
    """The gate's format or feature fingerprint is not one this version can serve."""


class NotFoundError(GateError):
    """The registry has no such version."""


class TrainingError(TactfulError):
    """The log does not bear what was asked of it, for instance too few decisions."""


class ProviderError(TactfulError):
    """The model server gave no usable answer."""
