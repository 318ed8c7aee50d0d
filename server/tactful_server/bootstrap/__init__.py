"""Code that was written before is written again, with the model asked at fixed places of it, and what came is logged.

What the code went on to say is the truth that a suggestion is labelled by. `tactful bootstrap` does it with the user's
own repository, and a benchmark may do it with any other code.
"""
