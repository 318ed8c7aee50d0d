"""Reviews from the terminal, from git and from models: what was accepted is looked up, shown, and judged.

Nothing here runs while somebody types.
"""
