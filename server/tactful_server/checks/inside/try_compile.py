"""Parses and compiles texts, running nothing of them: a JSON list of texts comes in, a JSON list of findings goes out.

`try_compile.py [FILE]`, where FILE has the texts; without it they come in on standard input.

Each finding: `parses`, `compiles`, `said` (the error in words). For the project's own Python, since every version has a
syntax of its own.
"""

import ast
import json
import sys
import warnings
from typing import Any, Dict


def finding(text: str) -> Dict[str, Any]:
    """How far one text goes."""
    found = {"parses": False, "compiles": False, "said": ""}
    try:
        tree = ast.parse(text)
        found["parses"] = True
        compile(tree, "<suggested>", "exec", dont_inherit=True)
        found["compiles"] = True
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        place = " (line {})".format(error.lineno) if isinstance(error, SyntaxError) else ""
        found["said"] = "{}: {}{}".format(type(error).__name__, getattr(error, "msg", error), place)
    return found


def main() -> None:
    """Run."""
    warnings.simplefilter("ignore")
    with open(sys.argv[1], "rb") if sys.argv[1:] else sys.stdin.buffer as file:
        texts = json.loads(file.read().decode("utf-8", "surrogatepass"))
    sys.stdout.write(json.dumps([finding(text) for text in texts]))


if __name__ == "__main__":
    main()
