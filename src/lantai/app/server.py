"""The HTTP server: waitress, with what it lets through closed in front of the application.

waitress takes in the whole body before it calls the application (so a body that breaks off never
reaches it), but it accepts a length that is given twice in the same words, both kinds of length at
once, and thousands of fields. A proxy in front may read such a request differently, and then the end
of one request becomes the start of another. All of that is refused here. A body for which there is no room is
refused from its head (`admission.py`). The version of waitress is pinned: these are its inner classes.
"""

import errno
import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser, ParsingError
from waitress.receiver import ChunkedReceiver, FixedStreamReceiver
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask, ThreadedTaskDispatcher, WSGITask
from waitress.utilities import Error, RequestHeaderFieldsTooLarge, queue_logger

from lantai.app.admission import Limits, Refusal, announced
from lantai.app.spool import IN_MEMORY, Spool
from lantai.base.errors import DomainError, OverQuota
from lantai.store.folder import DataFolder
from lantai.web.uploads import SPOOL

MAX_FIELDS = 200
MAX_HEADER = 64 * 1024
MAX_ADDRESS = 16 * 1024
#: larger than any body: the application has limits of its own, with an answer that says so
NO_LIMIT = 1 << 62
#: seconds for what is running to finish after the signal to stop
STOP_WITHIN = 30
#: seconds for a refused client to stop sending and read the answer
HEAR_OUT = 30
#: named once only, or the request can be read in two ways
_ONCE = (b'content-length', b'host', b'authorization', b'content-range', b'destination', b'if', b'depth')


class AddressTooLong(Error):
    """The first line of a request does not fit."""

    code = 414
    reason = 'URI Too Long'


class Parser(HTTPRequestParser):
    """Reads a request and refuses what can be read in more than one way."""

    def parse_header(self, header_plus: bytes) -> None:
        lines = header_plus.split(b'\r\n')
        if len(lines[0]) > MAX_ADDRESS:
            raise _Refused(AddressTooLong(f'the first line has more than {MAX_ADDRESS} bytes'))
        names = [line.split(b':', 1)[0].lower() for line in lines[1:] if line and line[:1] not in b' \t']
        if len(names) > MAX_FIELDS:
            raise _Refused(RequestHeaderFieldsTooLarge(f'more than {MAX_FIELDS} fields'))
        for name in _ONCE:
            if names.count(name) > 1:
                raise ParsingError(f'{name.decode()} is given more than once')
        if b'transfer-encoding' in names:
            if b'content-length' in names:
                raise ParsingError('content-length and transfer-encoding are given both')
            if names.count(b'transfer-encoding') > 1 or lines[0].endswith(b'HTTP/1.0'):
                raise ParsingError('transfer-encoding cannot be read')
        try:
            super().parse_header(header_plus)
        except ValueError as error:
            # a length of thousands of digits is too much for int()
            raise ParsingError('content-length cannot be read') from error
        length = announced(self.headers, self.content_length)
        self._admit(length, length)
        if self.chunked:
            self.body_rcv = ChunkedReceiver(Spool(self.adj.spool_folder))
        elif self.content_length:
            self.body_rcv = FixedStreamReceiver(self.content_length, Spool(self.adj.spool_folder))

    def _admit(self, length: int, coming: int) -> None:
        try:
            self.adj.limits.check(self.headers, length, coming)
        except DomainError as error:
            raise _Refused(Refusal(error, self.path)) from error

    def received(self, data: bytes) -> int:
        try:
            taken = super().received(data)
            if self.chunked and self.body_rcv is not None and self.error is None:
                # nobody said how long it would be, so it is asked as it grows
                self._admit(len(self.body_rcv.getbuf()), 0)
            return taken
        except _Refused as refused:
            self.error = refused.error
        except OSError as error:
            # the body is spooled to the disk, and the disk may be full
            if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            self.error = Refusal(OverQuota(), self.path)
        self.completed = self.headers_finished = True
        self.connection_close = True
        # who waits before sending the body is to hear the refusal, not "100 Continue"
        self.expect_continue = False
        return len(data)


class _Refused(Exception):
    def __init__(self, error: Error) -> None:
        self.error = error


class Task(WSGITask):
    """One request. Its body can be read again, so that a retried transaction needs no copy of it."""

    def get_environment(self) -> dict[str, Any]:
        environ = super().get_environment()
        environ['webob.is_body_seekable'] = True
        if self.request.body_rcv is not None:
            environ[SPOOL] = self.request.body_rcv.getbuf()
        return environ


class RefusedTask(ErrorTask):
    """The answer to what is not taken; what the client is still sending of it is left unread."""

    def execute(self) -> None:
        super().execute()
        self.channel.unread = True


class Channel(HTTPChannel):
    """One connection."""

    parser_class = Parser
    task_class = Task
    error_task_class = RefusedTask
    #: the last request was refused, perhaps in the middle of its body
    unread = False
    #: when to stop hearing out a refused client (monotonic seconds); None before
    until: float | None = None

    def handle_write(self) -> None:
        """Sends; after a refusal the connection is closed on our side only, until the client has heard it.

        To close it at once while the body still comes in would reset it, and the answer would be lost.
        """
        if self.unread and self.close_when_flushed and self.until is None:
            self._flush_exception(self._flush_some)
            if self.will_close or self.total_outbufs_len:
                return
            self.until = time.monotonic() + HEAR_OUT
            self.close_when_flushed = False
            try:
                self.socket.shutdown(socket.SHUT_WR)
            except OSError:
                self.will_close = True
            return
        super().handle_write()

    def writable(self) -> bool:
        """Asked again and again; ends the connection when a refused client has had its time."""
        if self.until is not None and time.monotonic() > self.until:
            self.will_close = True
        return super().writable()

    def received(self, data: bytes) -> bool:
        """Takes in what came; of a refused client nothing more is read as a request."""
        return super().received(data) if self.until is None else False

    def handle_close(self) -> None:
        """The client is gone: what it had sent of a request so far goes too."""
        # not under the lock: waitress comes here from inside it, when "100 Continue" cannot be sent
        if self.request is not None:
            self.request.close()
        super().handle_close()


class Server(TcpWSGIServer):
    """Listens, and stops without leaving anything half done."""

    channel_class = Channel

    def stop_on_signals(self) -> None:
        """SIGTERM and Ctrl-C stop the server; called from the main thread."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop())

    def stop(self) -> None:
        """Ask `run` to end; safe from a signal handler and from any thread."""
        self.stopping = True
        self.pull_trigger()

    stopping = False

    def run(self) -> None:
        """Serve until `stop`; then finish the requests that are running, and return."""
        while not self.stopping:
            self._loop_once()
        self.accepting = False
        self._finish()

    def _loop_once(self, timeout: float = 1) -> None:
        wasyncore.loop(timeout=timeout, use_poll=True, map=self._map, count=1)

    def _finish(self) -> None:
        ended = threading.Event()
        waiting = threading.Timer(STOP_WITHIN, ended.set)
        waiting.daemon = True
        waiting.start()
        while not ended.is_set() and any(
            channel.requests or channel.total_outbufs_len for channel in self.active_channels.values()
        ):
            self._loop_once(0.1)
        waiting.cancel()
        self.task_dispatcher.shutdown(cancel_pending=True, timeout=5)
        wasyncore.close_all(self._map)


def make_server(
    application: Callable,
    host: str,
    port: int,
    threads: int,
    folder: DataFolder,
    *,
    max_upload: int = 0,
    quota: int = 0,
    **adjustments: object,
) -> Server:
    """A server of `application`, listening already (`effective_port` tells where when `port` is 0).

    Bodies are spooled into the incoming folder of `folder`, so that a stored file needs no copy from another
    file system. `max_upload` and `quota` are in bytes, 0 is no limit. Raises OSError when the address is
    taken.
    """
    settings = Adjustments(
        host=host,
        port=port,
        threads=threads,
        ident=None,
        recv_bytes=256 * 1024,
        outbuf_overflow=IN_MEMORY,
        max_request_header_size=MAX_HEADER,
        max_request_body_size=NO_LIMIT,
        channel_timeout=300,
        connection_limit=1000,
        asyncore_use_poll=True,
        expose_tracebacks=False,
        **adjustments,
    )
    settings.spool_folder = folder.incoming
    settings.limits = Limits(folder.incoming, max_upload, quota)
    # that requests wait for a thread now and then is no news
    queue_logger.setLevel(logging.ERROR)
    dispatcher = ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    return Server(application, dispatcher=dispatcher, adj=settings, sockinfo=settings.listen[0])
