"""Which kind of server it is, by what it answers and not by its port: the lists of models differ from kind to kind.

llama.cpp and vLLM sign theirs (`owned_by`), Ollama has a list of its own, LM Studio another that also tells which of
the models only embed.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LISTED, TAGS, STUDIO = "/v1/models", "/api/tags", "/api/v0/models"
PAGES = (LISTED, TAGS, STUDIO)
"""What has to be looked at to tell a server's kind."""
_MOST_MODELS = 200
_MOST_CHARS = 200
_NOT_FOR_TEXT = re.compile(
    r"embed|rerank|minilm|guardian|vision|stable-diffusion|-vl\b|[-_]vl[-_:.\d]"
    r"|\b(bge|e5|gte|nomic|jina|mxbai|clip|siglip|whisper|tts|flux|sdxl|moondream|llava|ocr)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of server."""

    label: str
    """What people call it."""
    provider: str
    """What `tactful.model.provider` should be for it."""
    speaks: frozenset[str]
    """Every provider's protocol that it understands."""


OLLAMA = Kind("Ollama", "ollama", frozenset({"ollama", "openai"}))
LLAMACPP = Kind("llama.cpp", "llamacpp", frozenset({"llamacpp", "openai"}))
LM_STUDIO = Kind("LM Studio", "openai", frozenset({"openai"}))
VLLM = Kind("vLLM", "openai", frozenset({"openai"}))
OTHER = Kind("an OpenAI-compatible server", "openai", frozenset({"openai", "mistral"}))


@dataclass(frozen=True, slots=True)
class Recognised:
    """A server, and what it has."""

    kind: Kind
    names: tuple[str, ...]
    """Of the models that can write text, as the server calls them, in its order."""


def recognised(pages: Mapping[str, object]) -> Recognised | None:
    """The server behind the pages that could be read as JSON; None where they are no lists of models."""
    listed, tags = _entries(pages.get(LISTED), "data"), _entries(pages.get(TAGS), "models")
    studio = _entries(pages.get(STUDIO), "data")
    owners = {str(entry.get("owned_by")) for entry in listed or ()}
    if listed and "llamacpp" in owners:
        return Recognised(LLAMACPP, _names(listed, "id"))
    if tags is not None:
        return Recognised(OLLAMA, _names(tags, "name"))
    if studio and all("type" in entry for entry in studio):
        return Recognised(LM_STUDIO, _names(studio, "id"))
    if listed is None:
        return None
    return Recognised(_by_owner(owners), _names(listed, "id"))


def writes_text(name: str) -> bool:
    """Whether the name does not say that the model only embeds, ranks, or looks at pictures.

    >>> writes_text("qwen2.5-coder:1.5b"), writes_text("nomic-embed-text:latest")
    (True, False)
    """
    return not _NOT_FOR_TEXT.search(name)


def bare(name: str) -> str:
    """The name without the folders of a file on this machine.

    >>> bare("/home/me/models/qwen2.5-coder-1.5b.gguf"), bare("bigcode/starcoder2-3b")
    ('qwen2.5-coder-1.5b', 'bigcode/starcoder2-3b')
    """
    is_path = name.startswith(("/", "~", ".", "\\\\")) or name[1:3] == ":\\" or name.endswith(".gguf")
    return name.replace("\\", "/").rpartition("/")[2].removesuffix(".gguf") if is_path else name


def _by_owner(owners: set[str]) -> Kind:
    if "vllm" in owners:
        return VLLM
    return LM_STUDIO if owners & {"organization_owner", "organization-owner"} else OTHER


def _entries(page: object, field: str) -> list[Mapping[str, object]] | None:
    """The models listed under that field; None where the page is no such list. Ollama without models says null."""
    if not isinstance(page, dict) or page.get("error") or field not in page:
        return None
    found = [] if page[field] is None and page.get("object") == "list" else page[field]
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        return None
    return found[:_MOST_MODELS]


def _names(entries: list[Mapping[str, object]], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_usable(entries, field)))


def _usable(entries: list[Mapping[str, object]], field: str) -> Iterator[str]:
    for entry in entries:
        name = entry.get(field)
        if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > _MOST_CHARS:
            continue
        if entry.get("type") != "embeddings" and writes_text(name.rpartition("/")[2]):
            yield name
