"""The paths the wrapper serves: events on /, and its health and metrics."""

from collections.abc import Callable

from lambda_runtime.configuration import Configuration
from lambda_runtime.context import Context
from lambda_runtime.decoding import decode_event
from lambda_runtime.invocation import Function, Invocation
from lambda_runtime.loading import Handler
from lambda_runtime.logs import log_warning
from lambda_runtime.metrics import Metrics
from lambda_runtime.requests import Request, RequestError
from lambda_runtime.responses import Response, problem

_METHODS = {"/": "POST", "/healthz": "GET", "/metrics": "GET"}
_HEALTHY = Response(200, b"content-type: text/plain; charset=utf-8\r\n", b"ok")
_METRICS = b"content-type: text/plain; version=0.0.4; charset=utf-8\r\n"


class Application:
    def __init__(self, configuration: Configuration, handler: Handler) -> None:
        self._configuration = configuration
        self._metrics = Metrics()
        self._function = Function(configuration, handler, self._metrics)

    def respond(self, request: Request, answer: Callable[[Response], None]) -> Response | None:
        """The response, or None when `answer` will be called with it later."""
        if request.path != "/" or request.method != "POST":
            return self._page(request)
        try:
            event = decode_event(request)
        except RequestError as refusal:
            return self.refuse(refusal)
        context = Context(self._configuration, event, request.headers)
        Invocation(self._function, event, context, answer).start()
        return None

    def refuse(self, refusal: RequestError) -> Response:
        """The answer to a request that is not passed to the handler."""
        self._metrics.count_invalid()
        log_warning("the request was refused", {"status": refusal.status, "detail": refusal.detail})
        return problem(refusal.status, refusal.detail)

    def _page(self, request: Request) -> Response:
        method = _METHODS.get(request.path)
        if method is None:
            return problem(404, "events are posted to /; there are also /healthz and /metrics")
        if request.method != method:
            detail = f"{request.path} takes {method} only"
            return problem(405, detail, headers=f"allow: {method}\r\n".encode())
        if request.path == "/metrics":
            return Response(200, _METRICS, self._metrics.page())
        return _HEALTHY
