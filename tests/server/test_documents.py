"""The open documents."""

from tactful_server.buffers import Edit, Encoding, Spot
from tactful_server.documents import Documents, Opened

HERE = Spot(0, 0)


def typed(text: str, at: Spot = HERE) -> list[Edit]:
    return [Edit(at, at, text)]


def test_listeners_hear_of_a_change_with_the_text_as_it_is_then() -> None:
    documents, heard = Documents(lambda: 1.0), []
    documents.on_change(lambda buffer, splices: heard.append((buffer.text, splices[0].inserted)))
    documents.open(Opened("a", "Python", 1, "b"))
    documents.change("a", 2, typed("x"), Encoding.UTF16)

    assert heard == [("xb", "x")]
    buffer = documents.get("a")
    assert buffer is not None
    assert (buffer.version, buffer.language) == (2, "python")


def test_a_change_in_a_document_that_was_never_opened_is_passed_over() -> None:
    documents = Documents(lambda: 1.0)
    documents.change("a", 2, typed("x"), Encoding.UTF16)

    assert documents.get("a") is None


def test_the_others_come_last_edited_first_and_lately_closed_ones_after_them() -> None:
    documents = Documents(lambda: 1.0)
    for uri in "abc":
        documents.open(Opened(uri, "python", 1, uri))
    documents.change("a", 2, typed("x"), Encoding.UTF16)
    documents.change("c", 2, typed("x"), Encoding.UTF16)
    documents.close("a")

    assert [buffer.uri for buffer in documents.others("b")] == ["c", "a"]
    assert documents.get("a") is None


def test_typing_moves_the_rhythm_and_a_paste_does_not() -> None:
    documents = Documents(lambda: 1.0)
    documents.open(Opened("a", "python", 1, ""))
    documents.change("a", 2, typed("x"), Encoding.UTF16)
    one_key = documents.rhythm()
    documents.change("a", 3, typed("y" * 500), Encoding.UTF16)

    assert documents.rhythm() == one_key


def test_what_takes_a_suggestion_is_not_typing() -> None:
    documents = Documents(lambda: 1.0)
    documents.open(Opened("a", "python", 1, ""))
    before = documents.rhythm()
    documents.is_taken = lambda uri, splice: True
    documents.change("a", 2, typed("xy"), Encoding.UTF16)

    assert documents.rhythm() == before
