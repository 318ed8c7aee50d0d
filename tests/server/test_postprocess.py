"""What remains of an answer, with the caret drawn in the code."""

import pytest

from drawn import at
from tactful_models.facts import Token
from tactful_server.postprocess import (
    FILTERS,
    Filter,
    Shape,
    block_complete,
    first_line_complete,
    in_document_style,
    polish,
    tokens_within,
)
from tactful_server.providers import Chunk
from tactful_server.stops import block_end

SHAPE = Shape(max_lines=6, specials=("<|endoftext|>", "<|fim_middle|>"))


def kept(code: str, answer: str, language: str = "python", shape: Shape = SHAPE) -> str:
    return polish(Chunk(answer), at(code, language), shape).chunk.text


def reason(code: str, answer: str, language: str = "python") -> str:
    return polish(Chunk(answer), at(code, language), SHAPE).reason


def test_nothing_else_comes_out_of_a_good_answer() -> None:
    assert kept("def add(a, b):\n    █", "return a + b") == "return a + b"
    assert kept("def add(a, b):█", "\n    return a + b\n") == "\n    return a + b"


# Stop rules


def test_a_block_ends_where_the_code_goes_further_left() -> None:
    assert kept("def f(x):\n    █", "y = x\n    return y\n\nprint(f(1))\n") == "y = x\n    return y"
    assert kept("if a:\n        █\n", "b()\n    c()\n") == "b()"


def test_lines_beside_and_below_the_caret_belong_to_the_block() -> None:
    assert kept("x = 1\n█", "y = 2\nz = 3\n") == "y = 2\nz = 3"
    assert kept("for x in y:\n    █", "if x:\n        z()\n    w()\n") == "if x:\n        z()\n    w()"


def test_the_next_definition_ends_it() -> None:
    assert kept("█", "def a():\n    pass\n\ndef b():\n    pass\n") == "def a():\n    pass"
    code = "class A:\n    def a(self):█"
    assert kept(code, "\n        return 1\n\n    def b(self):\n        return 2\n") == "\n        return 1"


def test_a_definition_below_its_decorator_belongs_to_it() -> None:
    assert kept("    @property█", "\n    def a(self):\n        return 1\n") == "\n    def a(self):\n        return 1"
    assert kept("█", "@cache\ndef a():\n    return 1\n") == "@cache\ndef a():\n    return 1"


def test_only_python_ends_at_a_definition() -> None:
    assert kept("█", "a()\nclass B {}\n", "java") == "a()\nclass B {}"


def test_the_line_that_closes_the_block_is_its_last() -> None:
    assert kept("function f() {█", "\n  return 1;\n}\nf();\n", "javascript") == "\n  return 1;\n}"
    assert kept("x = [█", "\n    1,\n]\ny = 2\n") == "\n    1,\n]"


def test_two_blank_lines_end_it() -> None:
    assert kept("x = 1█", "\ny = 2\n\n\nz = 3\n") == "\ny = 2"
    assert kept("x = 1█", "\ny = 2\n\nz = 3\n") == "\ny = 2\n\nz = 3"


def test_it_has_no_more_lines_than_allowed() -> None:
    assert kept("█", "a()\n" * 1 + "b()\nc()\nd()\ne()\nf()\ng()\nh()\n").count("\n") == 5
    assert kept("z()█", "\na()\nb()\nc()\nd()\ne()\nf()\ng()\n").count("\n") == 6


def test_in_the_middle_of_a_line_it_is_one_line() -> None:
    assert kept("foo(█)", "x,\n    y") == "x,"


def test_one_line_may_be_asked_for() -> None:
    single = Shape(single_line=True)
    assert kept("def f():█", "\n    return 1\n    return 2", shape=single) == "\n    return 1"
    assert kept("x = █", "1\ny = 2", shape=single) == "1"


@pytest.mark.parametrize(
    ("code", "so_far", "complete"),
    [
        ("def f():\n    █", "return 1", False),
        ("def f():\n    █", "return 1\n", False),
        ("def f():\n    █", "return 1\n    ", False),
        ("def f():\n    █", "return 1\nx", True),
        ("def f():\n    █", "return 1\n\n\n", True),
        ("foo(█)", "x", False),
        ("foo(█)", "x\n", True),
        ("f = {█", "\n}", False),
        ("f = {█", "\n}\n", True),
    ],
)
def test_a_block_is_complete_once_nothing_more_can_be_kept(code: str, so_far: str, complete: bool) -> None:
    assert block_complete(so_far, at(code), SHAPE) is complete


def test_what_a_stop_rule_cut_stays_cut_whatever_comes() -> None:
    view, answer = at("def f(x):\n    █"), "y = x\n    return y\nprint(f)\n" * 4
    ends = {block_end(answer[:n], view, SHAPE) for n in range(len(answer))} - {None}
    assert len(ends) == 1


@pytest.mark.parametrize(
    ("so_far", "complete"), [("", False), ("return", False), ("return\n", True), ("\n    ", False), ("\n  x\n", True)]
)
def test_the_first_line_is_complete_at_its_line_break(so_far: str, complete: bool) -> None:
    assert first_line_complete(so_far) is complete


# Markers and fences


def test_it_ends_at_a_marker() -> None:
    assert kept("x = █", "1<|endoftext|>import os") == "1"
    assert reason("x = █", "<|fim_middle|>") == "marker"


@pytest.mark.parametrize("sign", "\0\x07\x0b\x0c\x1b\x7f\x85\x9b\u2028\u2029\u202a\u202e\u2066\u2069\ud83d")
def test_nothing_that_nobody_types_and_nobody_sees_is_offered(sign: str) -> None:
    assert kept("x = █", f"a + b{sign}c") == "a + b"
    assert kept("def f():█", f"\n    a()\n    b({sign}31m)\n") == "\n    a()\n    b("
    assert reason("x = █", f"{sign}a + b") == "control"


def test_tabs_line_ends_and_every_script_are_offered() -> None:
    assert kept("if x:\n\t█", "a()\r\n\tb()\r\n", "go") == "a()\n\tb()"
    assert kept("x = █", "'שלום 🎉 é'") == "'שלום 🎉 é'"


def test_a_markdown_fence_is_taken_off() -> None:
    assert kept("█", "```python\nx = 1\n```\nThis sets x.") == "x = 1"
    assert reason("x = █", "```") == "fence"


def test_in_markdown_a_fence_is_text() -> None:
    assert kept("█", "```python\nx = 1\n```\n", "markdown") == "```python\nx = 1\n```"


# Loops and repetitions


def test_lines_said_over_and_over_are_said_once() -> None:
    assert kept("█", "a = foo(1)\n" + "b = bar(2)\n" * 5) == "a = foo(1)\nb = bar(2)"
    assert kept("█", "a = foo(1)\nb = bar(2)\n" * 3) == "a = foo(1)\nb = bar(2)"


def test_a_line_that_loops_in_itself_goes() -> None:
    assert kept("█", "x = 1\ny = a.b.c + a.b.c + a.b.c + a.b.c + a.b.c + a.b.c") == "x = 1"
    assert reason("█", "very very very very very very very very very") == "loop"


@pytest.mark.parametrize(
    "line", ["# " + "-" * 70, "'='*1", "x = [0, 0, 0, 0]", "# ========================================="]
)
def test_a_ruler_or_a_short_row_is_no_loop(line: str) -> None:
    assert kept("█", line) == line


def test_the_line_above_is_not_written_again() -> None:
    assert reason("total = compute(a)\n█", "total = compute(a)\nprint(total)") == "repeats_above"
    assert reason("total = compute(a)█", "\ntotal = compute(a)") == "repeats_above"
    assert reason("total = compute(a)\ntotal = c█", "ompute(a)") == "repeats_above"
    assert reason("a = one()\nb = two()\n█", "a = one()\nb = two()\n") == "repeats_above"


def test_a_closer_may_stand_twice_in_a_row() -> None:
    assert kept("    )\n█", ")") == ")"
    assert kept("x(\n    [\n    ]█", "\n    ]") == "\n    ]"


def test_the_line_below_is_not_written_again() -> None:
    assert reason("█\nreturn total\n", "return total") == "repeats_below"
    assert kept("x = 1\n█\n\nprint(x)\n", "y = 2\nprint(x)\n") == "y = 2"
    assert kept("def f():\n    █\n    return total\n", "total = 1\n    return total\n") == "total = 1"


def test_a_closer_that_stands_below_is_not_closed_twice() -> None:
    assert kept("f() {\n  █\n}\n", "a();\n}", "javascript") == "a();"
    assert kept("x = {█\n}\n", '\n    "a": 1,\n}\n') == '\n    "a": 1,'


def test_a_closer_of_another_depth_below_stays() -> None:
    code = "f() {\n  if (a) {█\n}\n"
    assert kept(code, "\n    b();\n  }\n", "javascript") == "\n    b();\n  }"


# Right of the caret


@pytest.mark.parametrize(
    ("code", "answer", "expected"),
    [
        ("foo(█)", "x)", "x"),
        ("foo(█)", "x, bar(y))", "x, bar(y)"),
        ("foo(█)", "bar()", "bar()"),
        ("foo(█)", "x) + y", "x"),
        ("print(foo█)", "(x)", "(x)"),
        ("a[█]:", "0]:", "0"),
        ('print("█")', 'hello")', "hello"),
        ('print(█"a")', '"b", ', '"b",'),
        ("foo(█, y)", "x, y)", "x"),
        ("for x in █:", "range(3):", "range(3)"),
        ("f(a█);", ", b);", ", b"),
    ],
)
def test_what_stands_right_of_the_caret_is_not_written_again(code: str, answer: str, expected: str) -> None:
    assert kept(code, answer) == expected


@pytest.mark.parametrize(("code", "answer"), [("foo(█)", ")"), ("x = █;", ";"), ('"█"', '"')])
def test_an_answer_that_only_repeats_the_right_side_is_none(code: str, answer: str) -> None:
    assert reason(code, answer) == "repeats_right"


# Blanks and line ends


def test_blanks_at_the_end_go() -> None:
    assert kept("x = █", "1  \n  \n") == "1"


@pytest.mark.parametrize("answer", ["", " ", "\n", "\n\n   \t"])
def test_an_answer_of_blanks_is_none(answer: str) -> None:
    assert kept("x = █", answer) == ""
    assert reason("x = █", answer) == "blank"


def test_carriage_returns_are_the_documents_affair() -> None:
    windows = at("def f():\r\n    █\r\n\r\nprint(1)\r\n")
    answer = polish(Chunk("x = 1\r\n    return x\r\nprint(1)\r\n"), windows, SHAPE).chunk.text
    assert answer == "x = 1\n    return x"
    assert in_document_style(answer, windows) == "x = 1\r\n    return x"
    assert in_document_style("a\nb", at("x\n█")) == "a\nb"


# Tokens


def tokens(*texts: str) -> tuple[Token, ...]:
    return tuple(Token(text, -float(place), None) for place, text in enumerate(texts))


def test_the_tokens_of_the_kept_text_stay_with_it() -> None:
    chunk = Chunk("x) + y", tokens("x", ")", " +", " y"))
    assert polish(chunk, at("foo(█)"), SHAPE).chunk == Chunk("x", tokens("x"))


def test_a_token_over_an_edge_is_cut_and_keeps_its_log_probability() -> None:
    assert tokens_within(tokens("ab", "cd", "ef"), 3) == (Token("ab", 0.0, None), Token("c", -1.0, None))
    assert tokens_within(tokens("ab", "cd", "ef"), 2, start=3) == (Token("d", -1.0, None), Token("e", -2.0, None))


def test_tokens_are_found_behind_a_fence_that_was_taken_off() -> None:
    answer = Chunk("```python\nx = 1\n```", tokens("```", "python", "\n", "x", " =", " 1", "\n", "```"))
    polished = polish(answer, at("█"), SHAPE).chunk
    assert "".join(token.text for token in polished.tokens) == polished.text == "x = 1"


@pytest.mark.parametrize("apply", [apply for _, apply in FILTERS], ids=[name for name, _ in FILTERS])
@pytest.mark.parametrize("code", ["█", "foo(█)", "def f():\n    █\n    return x", "a\r\n█\r\nb", "```\n█"])
@pytest.mark.parametrize(
    "answer", ["", "\n", "x", "```\nx\n```", "return x\n  y\n", "a\na\na\na\n", ")))", "<|endoftext|>"]
)
def test_every_filter_keeps_one_piece_and_has_nothing_to_do_twice(apply: Filter, code: str, answer: str) -> None:
    once = apply(answer, at(code), SHAPE)
    assert once in answer
    assert apply(once, at(code), SHAPE) == once
