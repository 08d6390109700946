"""HTTP/1.1 below the application: uvicorn's, with a bound on a request's head, which it lacks.

Without one, anybody could fill our memory with a header that never ends.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from linli_service.problems import Describe, document

MAX_HEAD_BYTES: Final = 128 * 1024
_REASONS: Final = {400: "Bad Request", 431: "Request Header Fields Too Large"}


def protocol(describe: Describe) -> type[HttpToolsProtocol]:
    """For `uvicorn.Config(http=…)`; what is no request at all is answered with a problem too."""

    class Bounded(HttpToolsProtocol):
        _in_head, _head = True, 0

        def on_message_begin(self) -> None:
            self._in_head = True
            super().on_message_begin()

        def on_headers_complete(self) -> None:
            self._in_head, self._head = False, 0
            super().on_headers_complete()

        def data_received(self, data: bytes) -> None:
            self._head += len(data) if self._in_head else 0
            if self._head > MAX_HEAD_BYTES:
                self._refuse("HEAD_TOO_LARGE", limit_bytes=MAX_HEAD_BYTES)
            elif not self.transport.is_closing():
                super().data_received(data)

        def send_400_response(self, msg: str) -> None:
            self._refuse("REQUEST_MALFORMED")

        def _refuse(self, code: str, **params: Any) -> None:
            status, body = document(describe, code, params)
            head = (
                f"HTTP/1.1 {status} {_REASONS[status]}\r\n"
                f"content-type: application/problem+json\r\ncontent-length: {len(body)}\r\n"
                "connection: close\r\n\r\n"
            )
            self.transport.write(head.encode() + body)
            self.transport.close()

    return Bounded
