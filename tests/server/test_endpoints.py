"""Where a model server is and where its key is found."""

import pickle

import pytest

from tactful_models.errors import SettingsError
from tactful_server.providers.addresses import Endpoint
from tactful_server.providers.keys import KeyName, Secret, parse_key

PLANTED = "sk-planted-7f3a9c"


@pytest.mark.parametrize("setting", [PLANTED, f"env:{PLANTED}", f"Bearer {PLANTED}", f"keyring:{PLANTED}"])
def test_a_key_written_in_the_settings_is_refused_and_not_repeated(setting: str) -> None:
    with pytest.raises(SettingsError, match="env:NAME") as caught:
        parse_key(setting)
    assert PLANTED not in str(caught.value)


def test_a_key_may_stand_in_the_environment_or_the_keyring() -> None:
    assert parse_key("") is None
    assert parse_key(" env:OPENAI_API_KEY ") == KeyName("env", "OPENAI_API_KEY")
    assert parse_key("keyring:tactful/me@home") == KeyName("keyring", "tactful", "me@home")
    assert KeyName("env", "K").read({"K": " v \n"}).reveal() == "v"


def test_a_secret_cannot_be_pickled_or_printed() -> None:
    secret = Secret(PLANTED)
    assert PLANTED not in f"{secret} {secret!r}"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "localhost:8080",
        "ftp://h",
        "http://",
        "http://h:99999",
        "http://192.168..1:8080",
        f"http://{'a' * 70}.com",
        "http://h/\x01",
        f"http://me:{PLANTED}@h",
        f"http://h/?api_key={PLANTED}",
    ],
)
def test_an_address_that_is_unusable_or_holds_a_key_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        Endpoint(address)
    assert PLANTED not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("http://h:1", "http://h:1/v1/completions"),
        ("http://h:1/", "http://h:1/v1/completions"),
        ("http://h:1/v1", "http://h:1/v1/completions"),
        ("https://h/api/v1/", "https://h/api/v1/completions"),
        ("http://h/v1/completions", "http://h/v1/completions"),
        ("http://h/?version=2", "http://h/v1/completions?version=2"),
    ],
)
def test_an_address_may_hold_the_path_in_part(address: str, url: str) -> None:
    assert Endpoint(address).url("/v1/completions") == url


@pytest.mark.parametrize(
    ("address", "loopback"),
    [
        ("http://127.0.0.1:1", True),
        ("http://127.9.9.9", True),
        ("http://[::1]:1", True),
        ("http://localhost", True),
        ("http://localhost.evil.example", False),
        ("http://10.0.0.1", False),
        ("https://api.example", False),
    ],
)
def test_loopback_is_recognised(address: str, loopback: bool) -> None:
    assert Endpoint(address).is_loopback is loopback
