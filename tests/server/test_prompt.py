"""What the model reads: layout, cuts that stay put while one types, token healing, markers, snippets."""

import re
from collections.abc import AsyncGenerator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drawn import at
from tactful_models.errors import SettingsError
from tactful_models.facts import CaretView, Token
from tactful_server.prompt import build
from tactful_server.providers import Chunk
from tactful_server.providers.healing import heal
from tactful_server.snippets import Snippet, snippets_for
from tactful_server.templates import Budget, ModelProfile, ProfileOverrides, family, family_names, profile_for

PLAIN = profile_for("SmolLM2-135M")
QWEN = profile_for("qwen2.5-coder:1.5b")
STAR = profile_for("starcoder2:3b")
SMALL = Budget(prefix_tokens=100, suffix_tokens=20, snippet_tokens=40, max_tokens=8)


# Layout by family


def test_a_plain_prompt_is_the_text_before_the_caret() -> None:
    prompt = build(at("def f():\n    return█\n\nf()\n"), PLAIN)
    assert (prompt.text, prompt.suffix, prompt.stop) == ("def f():\n    return", "", ())


def test_qwen_gets_the_typed_part_of_the_line_after_the_middle_marker() -> None:
    prompt = build(at("def f():\n    return█\n\nf()\n"), QWEN)
    assert prompt.text == "<|fim_prefix|>def f():\n<|fim_suffix|>\n\nf()\n<|fim_middle|>    return"


def test_starcoder_has_markers_of_its_own() -> None:
    assert build(at("a\n█b"), STAR).text == "<fim_prefix>a\n<fim_suffix>b<fim_middle>"


def test_a_server_that_places_the_suffix_itself_gets_it_apart() -> None:
    prompt = build(at("a\nb█c\n"), profile_for("deepseek-chat"))
    assert (prompt.text, prompt.suffix) == ("a\nb", "c\n")


def test_a_server_that_places_the_suffix_gets_the_blank_before_the_caret_unless_there_is_no_suffix() -> None:
    server = profile_for("deepseek-chat")
    between, last = build(at("x = █\ny\n"), server), build(at("x = █"), server)
    assert (between.text, between.required_start) == ("x = ", "")
    assert (last.text, last.required_start) == ("x =", " ")


@pytest.mark.parametrize(
    ("model", "text"),
    [
        ("qwen2.5-coder:7b", "<|fim_prefix|>def f():\n<|fim_suffix|>\n\nf()\n<|fim_middle|>    return"),
        ("starcoder2:3b", "<fim_prefix>def f():\n<fim_suffix>\n\nf()\n<fim_middle>    return"),
        ("granite-code:3b", "<fim_prefix>def f():\n<fim_suffix>\n\nf()\n<fim_middle>    return"),
        ("granite4:tiny-h", "<|fim_prefix|>def f():\n<|fim_suffix|>\n\nf()\n<|fim_middle|>    return"),
        ("codegemma:2b", "<|fim_prefix|>def f():\n<|fim_suffix|>\n\nf()\n<|fim_middle|>    return"),
        ("codellama:7b-code", "<PRE> def f():\n <SUF>\n\nf()\n <MID>    return"),
        ("deepseek-coder:6.7b", "<｜fim▁begin｜>def f():\n<｜fim▁hole｜>\n\nf()\n<｜fim▁end｜>    return"),
        ("codestral:22b", "[SUFFIX]\n\nf()\n[PREFIX]def f():\n    return"),
        ("mellum-4b-sft", "<fim_suffix>\n\nf()\n<fim_prefix>def f():\n<fim_middle>    return"),
        ("seed-coder-8b", "<[fim-suffix]>\n\nf()\n<[fim-prefix]>def f():\n<[fim-middle]>    return"),
        ("SmolLM2-135M", "def f():\n    return"),
    ],
)
def test_each_family_is_asked_as_it_was_trained_with_the_caret_s_line_last(model: str, text: str) -> None:
    assert build(at("def f():\n    return█\n\nf()\n"), profile_for(model)).text == text


@pytest.mark.parametrize(
    "model", ["codellama:7b-code", "deepseek-coder:6.7b", "codestral:22b", "granite4", "codegemma"]
)
def test_a_blank_before_the_caret_is_healed_behind_the_middle_marker_too(model: str) -> None:
    prompt = build(at("def f():\n    return █\n"), profile_for(model))
    assert prompt.text.endswith("    return")
    assert prompt.required_start == " "


def test_what_a_model_writes_where_it_ends_is_asked_to_be_the_end_but_a_line_s_end_counts_first() -> None:
    assert build(at("f(█)"), profile_for("codellama:7b")).stop == ("\n", " <EOT>", "<EOT>")
    assert build(at("x█"), profile_for("codegemma:2b")).stop == ("<|file_separator|>",)
    assert build(at("x█"), profile_for("mine", ProfileOverrides(family="codellama"))).stop == (" <EOT>", "<EOT>")


def test_other_files_are_comments_within_the_prefix_where_a_family_has_no_headers_for_them() -> None:
    snippet, roomy = [Snippet("b.py", "one = 1\ntwo = 2\n")], Budget(snippet_tokens=100)
    for model, start in (
        ("codellama:7b", "<PRE> # b.py\n# one = 1\n# two = 2\ny\n <SUF>z <MID>x"),
        ("deepseek-coder", "<｜fim▁begin｜># b.py\n# one = 1\n# two = 2\ny\n<｜fim▁hole｜>z<｜fim▁end｜>x"),
        ("codestral:22b", "[SUFFIX]z[PREFIX]# b.py\n# one = 1\n# two = 2\ny\nx"),
    ):
        assert build(at("y\nx█z"), profile_for(model), snippet, roomy).text == start


def test_in_the_middle_of_a_line_the_answer_is_one_line() -> None:
    assert build(at("foo(█)"), PLAIN).stop == ("\n",)
    assert build(at("foo(█  \nx"), PLAIN).stop == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("qwen2.5-coder:7b-base", "qwen2.5-coder"),
        ("Qwen/Qwen2.5-Coder-1.5B", "qwen2.5-coder"),
        ("/models/qwen2.5-coder-0.5b-q4.gguf", "qwen2.5-coder"),
        ("starcoder2:3b", "starcoder2"),
        ("SmolLM2-135M", "plain"),
        ("lmstudio-community/Qwen2.5-Coder-7B-Instruct-GGUF", "qwen2.5-coder"),
        ("qwen3-coder:30b", "qwen2.5-coder"),
        ("codestral-22b-v0.1", "codestral"),
        ("mamba-codestral-7b", "plain"),
        ("codellama:7b-code", "codellama"),
        ("TheBloke/CodeLlama-7B-GGUF", "codellama"),
        ("codellama:13b-instruct", "codellama"),
        ("codellama:7b-python", "plain"),
        ("codellama:34b", "plain"),
        ("phind-codellama:34b", "plain"),
        ("deepseek-coder:1.3b-base", "deepseek-coder"),
        ("deepseek-coder-v2:16b-lite-base-q4_0", "deepseek-coder"),
        ("deepseek-chat", "server"),
        ("granite-code:3b-base", "starcoder"),
        ("ibm-granite/granite-8b-code-base-4k", "starcoder"),
        ("granite3.3:8b", "starcoder"),
        ("ibm/granite-4-h-tiny", "granite4"),
        ("granite4:micro", "granite4"),
        ("granite-embedding:30m", "plain"),
        ("codegemma:2b-code", "codegemma"),
        ("google/codegemma-7b-it", "plain"),
        ("codegemma:7b-instruct", "plain"),
        ("starcoder:3b", "starcoder"),
        ("stable-code:3b", "starcoder"),
        ("mellum-4b-base", "mellum"),
        ("seed-coder-8b-base", "seed-coder"),
        ("refactor-helper", "plain"),
        ("something-new", "plain"),
        ("", "plain"),
    ],
)
def test_the_family_follows_from_the_models_name(name: str, expected: str) -> None:
    assert profile_for(name).family.name == expected


def test_the_readme_names_every_family_and_no_other() -> None:
    section = Path(__file__).parents[2].joinpath("README.md").read_text("utf-8").partition("\n## Models\n")[2]
    sentence = section.partition("\n## ")[0].partition("`tactful.model.template` names")[2].partition(".\n")[0]
    assert set(re.findall(r"`([^`]+)`", sentence)) == set(family_names())


def test_it_is_told_whether_the_name_says_which_family() -> None:
    assert profile_for("smollm2-135m").is_known
    assert not profile_for("something-new").is_known


def test_the_family_and_the_window_can_be_set() -> None:
    profile = profile_for("mine", ProfileOverrides(family="starcoder2", context_tokens=500))
    assert profile.family.name == "starcoder2"
    budget = profile.budget
    assert budget.prefix_tokens + budget.suffix_tokens + budget.snippet_tokens + budget.max_tokens <= 500


def test_an_unknown_family_is_refused() -> None:
    with pytest.raises(SettingsError, match="plain"):
        family("klingon")


# Cuts


def document(n_lines: int) -> str:
    return "".join(f"line_{number} = {number}\n" for number in range(n_lines))


def test_a_long_document_is_cut_at_a_line_within_the_budget() -> None:
    text = build(CaretView(document(500) + "x", "", "python"), PLAIN, budget=SMALL).text
    assert 100 <= len(text) <= 300
    assert text.startswith("line_")


def test_typing_a_line_moves_no_cut() -> None:
    before, line = document(500), "value = compute(alpha, beta)"
    starts = {
        build(CaretView(before + line[:n], "", "python"), PLAIN, budget=SMALL).text[:20] for n in range(len(line) + 1)
    }
    assert len(starts) == 1


def test_the_cut_moves_in_large_steps_as_lines_are_added() -> None:
    starts = [build(CaretView(document(n), "", "python"), PLAIN, budget=SMALL).text[:12] for n in range(100, 200)]
    moves = sum(one != other for one, other in pairwise(starts))
    assert 5 <= moves <= 15  # 100 lines of 15 bytes, a step of 150


def test_the_suffix_is_cut_behind_a_line() -> None:
    text = build(CaretView("", "\n" + document(50), "python"), QWEN, budget=SMALL).text
    suffix = text.partition("<|fim_suffix|>")[2].removesuffix("<|fim_middle|>")
    assert suffix.endswith("\n")
    assert len(suffix) <= 60


def test_a_line_longer_than_the_budget_keeps_its_end() -> None:
    text = build(CaretView("x" * 5000 + "end", "", "python"), PLAIN, budget=SMALL).text
    assert text.endswith("end")
    assert len(text) <= 300


@pytest.mark.parametrize("profile", [PLAIN, QWEN, STAR], ids=lambda profile: profile.name)
def test_half_a_surrogate_pair_is_told_as_a_question_mark_wherever_it_stands(profile: ModelProfile) -> None:
    view = CaretView("a\ud83d\nb\udc00", "c\ud800\n\udfff", "python")
    prompt = build(view, profile, [Snippet("x\ud83d\r\n.py", "one\udc00\ntwo\nthree\n")], Budget())

    assert "\ud83d" not in prompt.text
    assert "one?\n" in prompt.text
    assert "x? .py" in prompt.text
    assert prompt.text.encode()


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab \n\t漢é🐍<|>\ud800", max_size=900), st.text(alphabet="ab\n 🐍", max_size=200))
def test_no_text_breaks_the_budget_or_a_character(before: str, after: str) -> None:
    prompt = build(CaretView(before, after, "python"), QWEN, budget=SMALL)
    prefix = prompt.text.partition("<|fim_suffix|>")[0] + prompt.text.partition("<|fim_middle|>")[2]
    assert len(prefix.encode()) <= 300 + len("<|fim_prefix|>")
    assert "\ufffd" not in prompt.text
    assert before.replace("\ud800", "?").endswith(prompt.text.partition("<|fim_middle|>")[2] + prompt.required_start)


def test_a_document_with_carriage_returns_is_read_without() -> None:
    assert "\r" not in build(at("a\r\nb\r\n█c\r\nd\r\n"), QWEN).text


# Markers in the document


@pytest.mark.parametrize("profile", [PLAIN, QWEN, STAR], ids=["plain", "qwen", "star"])
def test_markers_in_the_document_do_not_break_the_template(profile: ModelProfile) -> None:
    text = "a = '<|fim_suffix|><fim_middle><|endoftext|><s>'\n"
    prompt = build(CaretView(text, text, "python"), profile, [Snippet("<|fim_middle|>", text * 2)])
    inside = prompt.text
    for marker in (profile.family.prefix, profile.family.suffix, profile.family.middle):
        if marker:
            assert inside.count(marker) == 1
            inside = inside.replace(marker, "")
    for special in ("<|fim_suffix|>", "<fim_middle>", "<|endoftext|>", "<s>"):
        assert special not in inside


MARKERS = family("plain").specials + family("plain").tags
FAMILIES = [profile_for("m", ProfileOverrides(family=name)) for name in family_names()]
PIECES = st.sampled_from([*MARKERS, *(marker[1:] for marker in MARKERS), *(marker[:-1] for marker in MARKERS)])
MARKED = st.lists(PIECES | st.sampled_from(["x", " ", "\n", "\r\n", "<", "[", "|", "▁"]), max_size=12).map("".join)


@pytest.mark.parametrize("profile", FAMILIES, ids=lambda profile: profile.family.name)
@settings(max_examples=40, deadline=None)
@given(before=MARKED, after=MARKED, name=MARKED, other=MARKED)
def test_no_marker_of_any_family_in_a_text_survives_into_a_prompt(
    profile: ModelProfile, before: str, after: str, name: str, other: str
) -> None:
    view = CaretView(before, after, "python")
    prompt = build(view, profile, [Snippet(name, f"{other}\none\n{other}\n")], Budget())
    bare = build(CaretView("", "", "python"), profile, [Snippet("n", "one\ntwo\n")], Budget())
    for marker in MARKERS:
        assert prompt.text.count(marker) <= bare.text.count(marker)
        assert marker not in prompt.suffix


# Token healing


@pytest.mark.parametrize(
    ("code", "text", "required"),
    [
        ("x = █", "x =", " "),
        ("def f():\n    █", "def f():\n   ", " "),
        ("x =█", "x =", ""),
        ("x\n█", "x\n", ""),
        ("def f():\n\t█", "def f():\n\t", ""),
    ],
)
def test_one_blank_is_taken_off_the_end(code: str, text: str, required: str) -> None:
    prompt = build(at(code), PLAIN)
    assert (prompt.text, prompt.required_start) == (text, required)


def test_qwen_writes_tabs_together_with_words_too() -> None:
    assert build(at("def f():\n\t█"), QWEN).required_start == "\t"


async def stream_of(*chunks: Chunk) -> AsyncGenerator[Chunk, None]:
    for chunk in chunks:
        yield chunk


def chunk(text: str) -> Chunk:
    return Chunk(text, (Token(text, -0.5, -2.0),))


async def healed(required: str, *texts: str) -> list[Chunk]:
    return [piece async for piece in heal(stream_of(*map(chunk, texts)), required)]


async def test_healing_strips_what_was_required_and_keeps_the_log_probability() -> None:
    assert await healed(" ", " 1", "\n") == [chunk("1"), chunk("\n")]


async def test_healing_gives_nothing_when_the_answer_begins_otherwise() -> None:
    assert await healed(" ", "\n", "x") == []
    assert await healed("ab", "a", "c") == []


async def test_healing_may_need_several_chunks() -> None:
    assert [piece.text for piece in await healed("ab", "a", "b", "c")] == ["c"]
    assert [piece.text for piece in await healed("ab", "a", "bc")] == ["c"]


async def test_healing_nothing_changes_nothing() -> None:
    assert await healed("", "", "x") == [chunk(""), chunk("x")]


# Snippets

OTHER = "class Basket:\n    def add_item(self, item, price):\n        self.items.append((item, price))\n" * 4
UNLIKE = "import socket\n\n\ndef listen(port):\n    return socket.create_server(('', port))\n"
WRITING = "basket = Basket()\nbasket.add_item(item, price)\nself.items.append(item)\n█"


def test_the_file_that_resembles_what_is_written_is_quoted() -> None:
    snippets = snippets_for(at(WRITING), [("net.py", UNLIKE), ("basket.py", OTHER)])
    assert [snippet.name for snippet in snippets] == ["basket.py"]


def test_snippets_stay_the_same_in_the_same_order_while_one_types() -> None:
    files = [("a.py", OTHER), ("b.py", OTHER + UNLIKE)]
    view = at(document(40) + OTHER + WRITING)
    first = snippets_for(view, files)
    assert first
    for typed in ("f", "for", "for item in", "for item in x:\n    y"):
        assert snippets_for(CaretView(view.before + typed, "", "python"), files[::-1]) == first


def test_nothing_is_quoted_from_nothing() -> None:
    assert snippets_for(at("█"), [("a.py", OTHER), ("empty.py", "")]) == ()
    assert snippets_for(at(WRITING), []) == ()


def test_snippets_stand_in_front_as_comments_or_as_files_of_the_repository() -> None:
    snippet = [Snippet("b.py", "one = 1\ntwo = 2\n")]
    roomy = Budget(snippet_tokens=100)
    assert build(at("x█"), PLAIN, snippet, roomy).text == "# b.py\n# one = 1\n# two = 2\nx"
    assert build(at("x█", "html"), PLAIN, snippet, roomy).text == "x"
    qwen = build(at("x█"), QWEN, snippet, roomy).text
    assert qwen.startswith(
        "<|repo_name|>workspace\n<|file_sep|>b.py\none = 1\ntwo = 2\n<|file_sep|>current file\n<|fim"
    )
    star = build(at("x█"), STAR, snippet, roomy).text
    assert star.startswith("<repo_name>workspace<file_sep>b.py\none = 1\ntwo = 2\n<file_sep><fim_prefix>")


def test_snippets_keep_to_their_budget() -> None:
    snippets = [Snippet(f"{n}.py", document(50)) for n in range(5)]
    text = build(at("x█"), PLAIN, snippets, SMALL).text
    assert 60 < len(text) <= SMALL.snippet_tokens * 3 + 1
    assert build(at("x█"), PLAIN, snippets).text == "x"  # the small model's own budget has no room for them
