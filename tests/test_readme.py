"""The README, the changelog and the extension's settings cannot lie: what they say is compared with the code."""

import json
import re

import pytest
from click.testing import CliRunner

from readme import MAP, ROOT, modules, with_parts
from tactful_server import __version__, cli
from tactful_server.lsp import create_server
from tactful_server.settings import catalogue
from tactful_server.starting import Options

README = (ROOT / "README.md").read_text("utf-8")
TO_THE_CLIENT = {f"tactful/{name}" for name in ("partialCompletion", "didChangeStatus", "didTake", "didCheck")}


def test_the_made_parts_are_as_the_code_would_make_them() -> None:
    assert with_parts(README) == README, "run: python tests/readme.py"


@pytest.mark.parametrize("package", MAP)
def test_every_module_has_one_room_on_the_map(package: str) -> None:
    named = [name for names in MAP[package].values() for name in names.split()]

    assert sorted(named) == sorted(set(named))
    assert set(named) == modules(package)


def test_the_table_of_commands_has_every_command_and_no_other() -> None:
    assert re.findall(r"^\| `tactful (\w+)` \|", README, re.MULTILINE) == list(cli.COMMANDS)


def test_every_command_in_the_readme_is_one_that_parses() -> None:
    for line in re.findall(r"^tactful ([^\n#]+)", README, re.MULTILINE):
        command, *options = line.split()
        told = CliRunner().invoke(cli.group, [command, "--help"])

        assert told.exit_code == 0, line
        assert all(option in told.output for option in options if option.startswith("--")), line


def test_the_targets_in_the_readme_are_in_the_makefile() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")

    for target in re.findall(r"\bmake (\w+)", README):
        assert f"\n{target}:" in makefile


def test_the_extension_has_the_servers_settings_with_the_servers_defaults() -> None:
    package = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    declared = package["contributes"]["configuration"]["properties"]

    for setting in catalogue():
        default = list(setting.default) if isinstance(setting.default, tuple) else setting.default
        assert declared[setting.name]["default"] == default
        assert tuple(declared[setting.name].get("enum", ())) == setting.choices
    assert set(declared) - {setting.name for setting in catalogue()} == {
        "tactful.server.command",
        "tactful.server.python",
    }


def test_settings_that_run_code_or_carry_an_address_need_a_trusted_workspace() -> None:
    package = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    restricted = package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]

    assert {"tactful.server.command", "tactful.model.address", "tactful.model.file"} <= set(restricted)


def test_a_workspace_neither_erases_the_record_nor_lets_more_be_kept_or_read_before_it_is_trusted() -> None:
    package = json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))
    restricted = package["capabilities"]["untrustedWorkspaces"]["restrictedConfigurations"]
    declared = package["contributes"]["configuration"]["properties"]

    assert {"tactful.log.privacy", "tactful.request.exclude", "tactful.request.useGitignore"} <= set(restricted)
    assert declared["tactful.log.retentionDays"]["scope"] == "machine"  # the record is of all workspaces


def test_one_version_everywhere() -> None:
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text("utf-8")
    assert json.loads((ROOT / "extension" / "package.json").read_text("utf-8"))["version"] == __version__
    assert f"## {__version__}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_protocols_messages_and_commands_are_those_of_the_door() -> None:
    protocol = (ROOT / "server" / "PROTOCOL.md").read_text("utf-8")
    server = create_server(Options(db=ROOT / "none.db", registry=ROOT / "none"))
    ours = {name for name in server.protocol.fm.features if name.startswith("tactful/") or "Completion" in name}

    named = set(re.findall(r"^\| `((?:tactful|textDocument)/\w+)`", protocol, re.MULTILINE))
    assert named - TO_THE_CLIENT == ours - {"textDocument/inlineCompletion"}
    assert set(re.findall(r"`(tactful\.\w+)`", protocol)) - {"tactful."} == set(server.protocol.fm.commands)
