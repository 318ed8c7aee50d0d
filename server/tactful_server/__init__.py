"""The shell of Tactful: editor, network, processes, clock."""

__version__ = "0.1.0"
