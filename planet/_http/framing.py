"""Where an answer begins and ends in the bytes of a connection."""

import h11

from .http11 import MAX_HEAD

__all__ = ["Framing"]


_MAX_INFORMATIONAL = 20


class Framing:
    """Follows the requests and answers of one HTTP/1.1 connection, to tell what belongs to no answer (RFC 9112 §9.2).

    Bytes that are not HTTP, such as the greetings of a SOCKS proxy, are ignored.

    Attributes:
        is_between: whether an answer is complete, and no request has been sent since.
        has_excess: whether bytes have come that nobody asked for: the connection cannot be used again.
        in_head: whether a part of the head of an answer has come, but not all of it.
    """

    def __init__(self) -> None:
        self._reader: h11.Connection | None = None
        self._informational = 0
        self.is_between = False
        self.has_excess = False
        self.in_head = False

    def sent(self, data: bytes) -> None:
        """Bytes were sent: a part of a request."""
        if self._reader is not None or not data[:1].isalpha():
            return  # the body of a request, or not HTTP
        method = bytes(data.split(b" ", 1)[0])
        self._reader = h11.Connection(h11.CLIENT, max_incomplete_event_size=2 * MAX_HEAD)
        try:
            self._reader.send(h11.Request(method=method, target="/", headers=[("Host", "-")]))
            self._reader.send(h11.EndOfMessage())
        except h11.LocalProtocolError:
            self._reader = None
        self._informational = 0
        self.is_between = self.in_head = False

    def received(self, data: bytes) -> None:
        """Bytes have come; where they are empty, the connection has ended.

        Raises:
            h11.RemoteProtocolError: they are not an answer.
        """
        if not data:
            return
        if self._reader is None:
            self.has_excess = self.has_excess or self.is_between
            return
        if self._reader.their_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.in_head = True
        self._reader.receive_data(data)
        while (event := self._reader.next_event()) is not h11.NEED_DATA:
            if isinstance(event, h11.InformationalResponse):
                self._informational += 1
                self.in_head = bool(self._reader.trailing_data[0])
                if self._informational > _MAX_INFORMATIONAL:
                    raise h11.RemoteProtocolError("the server sends one informational response after the other")
            elif isinstance(event, h11.Response):
                self.in_head = False
            elif isinstance(event, h11.EndOfMessage):
                self.is_between = True
                self.has_excess = bool(self._reader.trailing_data[0])
                self._reader = None
                return
            elif event is h11.PAUSED or isinstance(event, h11.ConnectionClosed):
                self._reader = None  # a tunnel begins, or nothing more comes
                return
