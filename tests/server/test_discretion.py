"""Of a message that could not be handled, the log says where and as what, never what was in it."""

import io
import logging

from tactful_server.discretion import WithoutValues


def written(name: str, words: str, *values: object, fails: bool = False) -> str:
    """What a logger writes."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(WithoutValues())
    logger = logging.Logger(name)
    logger.addHandler(handler)
    if fails:
        try:
            int("canary")
        except ValueError:
            logger.exception(words, *values)
    else:
        logger.error(words, *values)
    return stream.getvalue()


def test_what_pygls_says_of_a_message_is_without_its_values() -> None:
    told = written("pygls.protocol.json_rpc", "Failed to handle %r: %s", "didChange", {"text": "canary"}, fails=True)
    assert "canary" not in told
    assert told.startswith("a message of the client could not be handled (ValueError in test_discretion.py:")
    assert told.count("\n") == 1


def test_a_message_that_pygls_cannot_read_is_told_without_a_word_of_it() -> None:
    assert written("pygls.protocol.json_rpc", "Unable to read\n%s", "canary") == (
        "a message of the client could not be handled\n"
    )


def test_our_own_records_stay_as_they_are() -> None:
    assert written("tactful_server.desk", "gate %s in force", "g3") == "gate g3 in force\n"
