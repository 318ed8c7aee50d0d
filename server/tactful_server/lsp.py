"""The door: the language server object and its thin handlers. A handler is convert, call, convert.

The only module that imports pygls.
"""

import asyncio
import logging
import sys
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any, BinaryIO

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.io_ import StdinAsyncReader, StdoutWriter, run_async
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from tactful_server import __version__, convert
from tactful_server.buffers import Encoding
from tactful_server.checks.marking import Finding, MarkedPlace
from tactful_server.desk import Desk, Voice
from tactful_server.detecting import found_answer
from tactful_server.documents import Opened
from tactful_server.hearing import hearing
from tactful_server.partials import Partial
from tactful_server.starting import Options

logger = logging.getLogger(__name__)

SECTION = "tactful"


def _unheard(process_id: int | None) -> None:
    """Nobody wants to know."""


class TactfulServer(LanguageServer):
    """The server object. Its state is the desk, made when the client has introduced itself."""

    def __init__(self, options: Options) -> None:
        super().__init__("tactful", __version__, protocol_cls=OwnDocuments)
        self.options = options
        self.introduction = types.InitializeParams(capabilities=types.ClientCapabilities())
        self.introduced: Callable[[int | None], None] = _unheard
        """Called when the client has introduced itself, with its process id where it has one."""
        self._desk: Desk | None = None
        self._serving: asyncio.Task[None] | None = None

    @property
    def desk(self) -> Desk:
        """The running server's state; made at the first need once the event loop runs."""
        if self._desk is None:
            written, client = convert.introduction(self.introduction)
            self._desk = Desk(self.options, client, written, ServerVoice(self))
        return self._desk

    def start_io(self, stdin: BinaryIO | None = None, stdout: BinaryIO | None = None) -> None:
        """Serves until the client says so, hangs up, or `stop` is called; what waits is written before this returns."""
        self.protocol.set_writer(StdoutWriter(stdout or sys.stdout.buffer))
        try:
            asyncio.run(self._serve(stdin or sys.stdin.buffer))
        except (BrokenPipeError, KeyboardInterrupt, SystemExit, asyncio.CancelledError):
            pass  # the client is gone, or has said what the exit code will be
        finally:
            self.thread_pool.shutdown(wait=False)  # a thread may wait for what nobody will ever say
            if self._desk is not None:
                self._desk.write_rest()

    def stop(self) -> None:
        """Stops serving. Called on the event loop."""
        if self._serving is not None:
            self._serving.cancel()

    async def _serve(self, stdin: BinaryIO) -> None:
        self._serving = asyncio.current_task()
        self._stop_event = Event()
        try:
            reader = await hearing(stdin) or StdinAsyncReader(stdin, self.thread_pool)
            await run_async(self._stop_event, reader, self.protocol, logger, self.report_server_error)
        finally:
            self.protocol.set_writer(Nobody())
            if self._desk is not None:
                await self._desk.close()

    def report_server_error(self, error: Exception, source: type[Exception]) -> None:
        """Logs what pygls would show in a popup: a message that cannot be handled is nothing a user can mend.

        Failed requests have been logged by pygls already.
        """
        if source is not FeatureRequestError:
            logger.error("a message of the client could not be handled (%s)", type(error).__name__)

    @property
    def coding(self) -> Encoding:
        """The negotiated position encoding."""
        return convert.encoding(self.server_capabilities)


class Nobody:
    """Where is written to once nobody listens any more."""

    def write(self, data: bytes) -> None:
        """Lets it go."""

    def close(self) -> None:
        """Nothing is open."""


class OwnDocuments(LanguageServerProtocol):
    """Leaves the documents to us. pygls would keep every text a second time, rebuilt line by line at each keystroke.

    Plain functions, where pygls has generators: of each notification that a generator handles it keeps a future for
    ever, 3 kB a key.
    """

    @lsp_method(types.TEXT_DOCUMENT_DID_OPEN)
    def lsp_text_document__did_open(self, params: types.DidOpenTextDocumentParams) -> None:
        """Only our handler."""
        self.fm.features[types.TEXT_DOCUMENT_DID_OPEN](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CHANGE)
    def lsp_text_document__did_change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Only our handler."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CHANGE](params)

    @lsp_method(types.TEXT_DOCUMENT_DID_CLOSE)
    def lsp_text_document__did_close(self, params: types.DidCloseTextDocumentParams) -> None:
        """Only our handler."""
        self.fm.features[types.TEXT_DOCUMENT_DID_CLOSE](params)


class ServerVoice(Voice):
    """Speaks to the client."""

    def __init__(self, server: TactfulServer) -> None:
        self._server = server

    def partial(self, partial: Partial) -> None:
        """Growing text, as `tactful/partialCompletion`."""
        self._server.protocol.notify("tactful/partialCompletion", convert.partial(partial, self._server.coding))

    def status(self, status: Mapping[str, Any]) -> None:
        """The status, as `tactful/didChangeStatus`."""
        self._server.protocol.notify("tactful/didChangeStatus", status)

    def taken(self, place: MarkedPlace) -> None:
        """Where something stands that was taken, as `tactful/didTake`."""
        self._server.protocol.notify("tactful/didTake", convert.taken(place, self._server.coding))

    def checked(self, place: MarkedPlace, found: Finding) -> None:
        """What a check of it found, as `tactful/didCheck`."""
        self._server.protocol.notify("tactful/didCheck", convert.found(place, found, self._server.coding))

    def trouble(self, sentence: str) -> None:
        """A warning the user sees once."""
        self._server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"Tactful: {sentence}"))


def create_server(options: Options) -> TactfulServer:
    """A server with its handlers, not yet started. As many as one likes."""
    server = TactfulServer(options)
    _register_life(server)
    _register_documents(server)
    _register_completion(server)
    _register_outcomes(server)
    _register_questions(server)
    _register_feedback(server)
    _register_errands(server)
    return server


def _register_life(server: TactfulServer) -> None:
    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.introduction = params
        server.introduced(params.process_id)

    @server.feature(types.INITIALIZED)
    async def initialized(params: types.InitializedParams) -> None:
        server.desk.start()
        if convert.offers_configuration(server.introduction):
            await _pull_configuration(server)

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        written = convert.mapping(params.settings)
        if SECTION in written:
            _configure(server, written[SECTION])
        elif convert.offers_configuration(server.introduction):
            await _pull_configuration(server)

    @server.feature(types.SHUTDOWN)
    async def shutdown(params: None) -> None:
        await server.desk.close()


def _register_documents(server: TactfulServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        document = params.text_document
        server.desk.opened(Opened(document.uri, document.language_id, document.version, document.text))

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def did_change(params: types.DidChangeTextDocumentParams) -> None:
        document = params.text_document
        server.desk.changed(document.uri, document.version, convert.edits(params.content_changes), server.coding)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(params: types.DidSaveTextDocumentParams) -> None:
        server.desk.checking.saved(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.desk.closed(params.text_document.uri)


def _register_completion(server: TactfulServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_INLINE_COMPLETION, types.InlineCompletionOptions())
    async def inline_completion(params: types.InlineCompletionParams) -> types.InlineCompletionList:
        buffer = server.desk.documents.get(params.text_document.uri)
        if buffer is None:
            return types.InlineCompletionList(items=[])
        now = server.options.clock.now()
        offer = await server.desk.complete(convert.ask(params, buffer, server.coding, now))
        return convert.answer(offer, params, buffer)


def _register_outcomes(server: TactfulServer) -> None:
    @server.feature("textDocument/didShowCompletion")
    def did_show(params: Any) -> None:
        told = convert.mapping(params)
        server.desk.shown(convert.suggestion_id(told), convert.item_text(told), convert.known(told))

    @server.feature("textDocument/didPartiallyAcceptCompletion")
    def did_partially_accept(params: Any) -> None:
        server.desk.partially_accepted(convert.part(convert.mapping(params)), server.coding)

    @server.feature("tactful/didEndCompletion")
    def did_end(params: Any) -> None:
        server.desk.ended(convert.ending(convert.mapping(params)))

    @server.command(convert.ACCEPT)
    def accept(*arguments: Any) -> None:
        match arguments:
            case (str(suggestion_id), *_):
                server.desk.outcomes.accepted(suggestion_id)
            case _:
                logger.warning("tactful.accept was sent without a suggestion's id")


def _register_questions(server: TactfulServer) -> None:
    @server.feature("tactful/status")
    def status(params: Any) -> dict[str, Any]:
        return server.desk.status()

    @server.feature("tactful/explain")
    async def explain(params: Any) -> dict[str, Any]:
        return await server.desk.explaining.explain(convert.suggestion_id(convert.mapping(params)))

    @server.feature("tactful/findModels")
    async def find_models(params: Any) -> dict[str, Any]:
        return await found_answer()

    @server.feature("tactful/didGrantTrust")
    def did_grant_trust(params: Any) -> None:
        server.desk.checking.is_trusted = True

    @server.command("tactful.snooze")
    def snooze(*arguments: Any) -> None:
        match arguments:
            case (int(minutes) | float(minutes), *_) if not isinstance(minutes, bool):
                server.desk.quiet.snooze(minutes)
            case _:
                logger.warning("tactful.snooze was sent without a number of minutes")

    @server.command("tactful.pause")
    def pause(*arguments: Any) -> None:
        server.desk.quiet.pause()

    @server.command("tactful.resume")
    def resume(*arguments: Any) -> None:
        server.desk.quiet.resume()


def _register_feedback(server: TactfulServer) -> None:
    @server.feature("tactful/check")
    def check(params: Any) -> dict[str, Any]:
        return server.desk.marking.show(convert.suggestion_id(convert.mapping(params)))

    @server.feature("tactful/review")
    async def review(params: Any) -> dict[str, Any]:
        return await server.desk.reviewing.review(convert.mapping(params))


def _register_errands(server: TactfulServer) -> None:
    @server.feature("tactful/train")
    async def train(params: Any) -> dict[str, Any]:
        return await server.desk.errands.train()

    @server.feature("tactful/report")
    async def report(params: Any) -> dict[str, Any]:
        return await server.desk.errands.report()

    @server.feature("tactful/doctor")
    async def doctor(params: Any) -> dict[str, Any]:
        return await server.desk.errands.doctor(server.desk.configured.settings.model)


async def _pull_configuration(server: TactfulServer) -> None:
    """Asks the client for the settings, as LSP wants it since 3.6."""
    items = [types.ConfigurationItem(section=SECTION)]
    answers = await server.workspace_configuration_async(types.ConfigurationParams(items=items))
    if answers and answers[0] is not None:
        _configure(server, convert.mapping(answers[0]))


def _configure(server: TactfulServer, written: object) -> None:
    for problem in server.desk.configure(written):
        logger.warning("%s", problem)
