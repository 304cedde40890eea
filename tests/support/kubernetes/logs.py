"""What containers have written, and `pods/log`, which serves it as it comes."""

from typing import Final

import attrs
from aiohttp import web
from support.kubernetes import resources, statuses
from support.kubernetes.faults import Lost
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object
from support.kubernetes.store import SECOND, Store, instant, parsed

_PODS: Final = resources.named("pods")


@attrs.define(eq=False)
class Log:
    """Of one container.

    Attributes:
        begun: Where each line begins, and when it was written, in nanoseconds.
    """

    text: bytes = b""
    ended: bool = False
    begun: list[tuple[int, int]] = attrs.field(factory=list)

    def add(self, text: bytes, at: int) -> None:
        """It was written then."""
        for line in text.splitlines(keepends=True):
            if not self.text or self.text.endswith(b"\n"):
                self.begun.append((len(self.text), at))
            self.text += line

    def shown(self, asked: Asked) -> bytes:
        """As whoever asks so is to see it."""
        since = parsed(asked.query.get("sinceTime") or instant(0))
        ends = [*(start for start, _ in self.begun), len(self.text)]
        return b"".join(
            (_stamp(at) if asked.flag("timestamps") else b"") + self.text[start : ends[line + 1]]
            for line, (start, at) in enumerate(self.begun)
            if at >= since
        )


@attrs.define(eq=False)
class Logs:
    """By the pod's uid and the container's name; they go with the pod."""

    store: Store
    _kept: dict[tuple[str, str], Log] = attrs.field(factory=dict, init=False)
    _cuts: int = attrs.field(default=0, init=False)

    def of(self, pod: Object, container: str) -> Log:
        """That container's log."""
        return self._kept.setdefault((pod["metadata"]["uid"], container), Log())

    def say(self, pod: Object, container: str, text: str) -> None:
        """Let it have written that."""
        self.of(pod, container).add(text.encode(), self.store.clock())
        self.store.stir()

    def end(self, pod: Object, container: str) -> None:
        """It will write no more."""
        self.of(pod, container).ended = True
        self.store.stir()

    def cut(self) -> None:
        """Break the connection of everybody who follows a log."""
        self._cuts += 1
        self.store.stir()

    async def serve(self, asked: Asked, request: web.Request) -> web.StreamResponse:
        """Answer a request for a log.

        Raises:
            Refused: There is no such pod or container, or it has not started.
            Lost: It is cut.
        """
        cuts = self._cuts
        pod = self.store.get((_PODS, asked.namespace, asked.name))
        if pod is None:
            raise statuses.not_found(_PODS, asked.name)
        log = self.of(pod, _container(asked, pod))
        response = web.StreamResponse(headers={"Content-Type": "text/plain"})
        await response.prepare(request)
        sent = _start(asked, log.shown(asked))
        limit = sent + int(asked.query.get("limitBytes") or 1 << 60)
        while True:
            if piece := log.shown(asked)[sent:limit]:
                sent += len(piece)
                await response.write(piece)
            gone = self.store.get((_PODS, asked.namespace, asked.name)) is None
            if log.ended or gone or not asked.flag("follow") or sent >= limit:
                if len(log.shown(asked)[:limit]) == sent:
                    break
            elif len(log.shown(asked)) == sent:
                await self.store.changed()
            if self._cuts != cuts:
                raise Lost
        await response.write_eof()
        return response


def _stamp(at: int) -> bytes:
    return f"{instant(at)[:-1]}.{at % SECOND:09d}Z ".encode()


def _start(asked: Asked, text: bytes) -> int:
    tail = asked.query.get("tailLines")
    if tail is None:
        return 0
    lines = text.splitlines(keepends=True)
    return len(text) - sum(map(len, lines[len(lines) - int(tail) :])) if int(tail) else len(text)


def _container(asked: Asked, pod: Object) -> str:
    """Which container is meant, if it has started."""
    main = [each["name"] for each in pod["spec"]["containers"]]
    first = [each["name"] for each in pod["spec"].get("initContainers") or []]
    name = asked.query.get("container", "")
    if not name and len(main) > 1:
        others = f" or one of the init containers: [{' '.join(first)}]" if first else ""
        raise statuses.bad_request(
            f"a container name must be specified for pod {asked.name}, choose one of:"
            f" [{' '.join(main)}]{others}"
        )
    name = name or main[0]
    if name not in main + first:
        raise statuses.bad_request(f"container {name} is not valid for pod {asked.name}")
    status = pod.get("status", {})
    for each in (status.get("containerStatuses") or []) + (
        status.get("initContainerStatuses") or []
    ):
        if each["name"] == name and not {"running", "terminated"} & set(each["state"]):
            why = each["state"].get("waiting", {}).get("reason", "ContainerCreating")
            raise statuses.bad_request(
                f'container "{name}" in pod "{asked.name}" is waiting to start: {why}'
            )
    return name
