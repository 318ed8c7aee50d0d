"""The core of Tactful: what happened, what was measured, what was learned.

Knows no editor, network, process or event loop; time and randomness come in as arguments.
"""
