"""Comments and strings at the caret. `|` is the caret."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tactful_models.caret import char_class, in_comment_or_string, is_comment_line
from tactful_models.lexicon import KEYWORDS, SYNTAX, keyword_group, syntax_of


def where(before: str, language: str) -> str:
    in_comment, in_string = in_comment_or_string(before, before.rpartition("\n")[2], syntax_of(language))
    return "comment" if in_comment else "string" if in_string else "code"


@pytest.mark.parametrize(
    ("language", "before", "expected"),
    [
        ("python", "x = 1  # no", "comment"),
        ("python", "x = '# no", "string"),
        ("python", "x = 'it\\'s ", "string"),
        ("python", "x = 'a' + ", "code"),
        ("python", '"""Doc\nof many', "string"),
        ("python", '"""Doc"""\nx', "code"),
        ("javascript", "let a = 1 // b", "comment"),
        ("javascript", "/* a\n b", "comment"),
        ("javascript", "/* a */ b", "code"),
        ("javascript", "`a ${b} ", "string"),
        ("c", 'char *s = "//', "string"),
        ("sql", "select 1 -- one", "comment"),
        ("html", "<!-- a", "comment"),
        ("latex", "50\\% of", "comment"),
        ("nonsense", "# anything", "code"),
    ],
)
def test_it_knows_where_the_caret_stands(language: str, before: str, expected: str) -> None:
    assert where(before, language) == expected


@settings(deadline=None)
@given(st.text(alphabet="ab '\"`#/*-<!\\\n", max_size=80), st.sampled_from([*sorted(SYNTAX), "unknown"]))
def test_no_text_is_in_a_comment_and_in_a_string_of_one_line_at_once(before: str, language: str) -> None:
    in_comment_or_string(before, before.rpartition("\n")[2], syntax_of(language))


def test_each_sign_has_a_class_that_tells_no_letter() -> None:
    assert [char_class(char) for char in "qQ7_(é\x00\x7f\u3000"] == ["a", "a", "0", "_", "(", "u", " ", " ", "u"]


def test_comment_lines_are_known_by_their_sign() -> None:
    assert is_comment_line("   # why", syntax_of("python"))
    assert is_comment_line("/* why", syntax_of("go"))
    assert not is_comment_line("why", syntax_of("python"))
    assert not is_comment_line("# why", syntax_of("unknown"))


def test_every_keyword_announces_something() -> None:
    assert all(keyword_group(word) for word in KEYWORDS)
    assert keyword_group("banana") == ""
