"""Other languages have the first rung: tree-sitter says whether the suggestion brings an error."""

from dataclasses import replace

import pytest

from tactful_models.checked import Stands
from tactful_server.checks.job import Job
from tactful_server.checks.ladder import climb
from tactful_server.checks.sandbox import Unavailable

NONE = Unavailable("there is none")
TEXTS = {
    "c": "int add(int a, int b) { return a + b; }\n",
    "go": "package a\n\nfunc add(a, b int) int { return a + b }\n",
    "java": "class A { int add(int a, int b) { return a + b; } }\n",
    "javascript": "const add = (a, b) => { return a + b; };\n",
    "rust": "fn add(a: i32, b: i32) -> i32 { return a + b; }\n",
    "typescript": "const add = (a: number, b: number): number => { return a + b; };\n",
}


@pytest.mark.parametrize("language", TEXTS)
def test_a_suggestion_in_another_language_parses_or_does_not(language: str) -> None:
    text = TEXTS[language]
    start = text.index("a + b")
    job = Job("/nowhere", "a", language, text, start, start + 5, runs_code=False)
    assert climb(job, NONE).standings == {"parses": Stands.HELD}
    worse = replace(job, text=text.replace("a + b", "a + (b"), end=start + 6)
    assert climb(worse, NONE).standings == {"parses": Stands.BROKE}


def test_a_language_without_a_grammar_has_nothing_to_say() -> None:
    assert climb(Job("/nowhere", "a", "cobol", "MOVE A TO B.", 0, 4), NONE).standings == {}
