"""The API over HTTP: each request is read, noted, perhaps befallen by a fault, and answered."""

import asyncio
import json

import attrs
from aiohttp import web
from support.kubernetes import crds, discovery, requests, statuses
from support.kubernetes.faults import Fault, Faults, Loss, Lost
from support.kubernetes.lists import Lists
from support.kubernetes.logs import Logs
from support.kubernetes.rbac import Rbac
from support.kubernetes.requests import Asked
from support.kubernetes.resources import RESOURCES, Object, Resource
from support.kubernetes.verbs import Verbs
from support.kubernetes.watches import Watches

_DEEPEST = 4  # slashes in the path of a page of discovery, one at its end among them


@attrs.define(kw_only=True)
class Call:
    """A call that the API took.

    Attributes:
        resource: With its group, such as `jobs.batch` or `configmaps`.
        status: Of HTTP; 0 while it is not answered, and for ever if it never is.
    """

    verb: str
    group: str
    resource: str
    subresource: str
    namespace: str
    name: str
    user: str
    status: int = 0


@attrs.define(eq=False, kw_only=True)
class Server:
    """Answers requests.

    Attributes:
        calls: Those that were about objects, and had a user.
        bugs: What this server itself got wrong.
    """

    verbs: Verbs
    lists: Lists
    watches: Watches
    faults: Faults
    rbac: Rbac
    logs: Logs
    calls: list[Call] = attrs.field(factory=list, init=False)
    bugs: list[Exception] = attrs.field(factory=list, init=False)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer it as a real server would."""
        try:
            return await self._answered(request)
        except statuses.Refused as refused:
            return _refusal(refused)
        except (Lost, ConnectionError):  # the second is a client that has gone
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)
        except Exception as error:
            self.bugs.append(error)
            raise

    async def _answered(self, request: web.Request) -> web.StreamResponse:
        if self.faults.down:
            raise Lost
        user = self.rbac.user(request.headers.get("Authorization", ""))
        if request.path.count("/") <= _DEEPEST:
            served = [each for each in RESOURCES if self._serves(each)]
            if found := discovery.page(request.path, served):
                return web.json_response(found)
        asked = attrs.evolve(
            requests.read(request.method, request.path, request.query),
            content_type=request.headers.get("Content-Type", "application/json"),
            body=await request.read(),
            user=user,
            agent=request.headers.get("User-Agent", ""),
        )
        call = Call(
            verb=asked.verb,
            group=asked.resource.group,
            resource=asked.resource.qualified,
            subresource=asked.subresource,
            namespace=asked.namespace,
            name=asked.about,
            user=user,
        )
        self.calls.append(call)
        try:
            response = await self._done(asked, request, call)
        except statuses.Refused as refused:
            call.status = refused.status["code"]
            raise
        call.status = response.status
        return response

    async def _done(self, asked: Asked, request: web.Request, call: Call) -> web.StreamResponse:
        self.rbac.check(asked)
        if asked.applies and self.verbs.store.get(asked.address) is None:
            self.rbac.check(attrs.evolve(asked, verb="create"))
        if not self._serves(asked.resource):
            raise statuses.no_such_path()
        fault = self.faults.of(asked)
        if fault is not None:
            await self._befall(fault, Loss.BEFORE, Loss.HANG)
            if isinstance(fault.outcome, int):
                raise fault.refusal()
        if asked.verb == "watch":
            call.status = 200
            return await self.watches.serve(asked, request)
        if (asked.verb, asked.resource.plural, asked.subresource) == ("get", "pods", "log"):
            call.status = 200
            return await self.logs.serve(asked, request)
        status, found = self._object(asked)
        if fault is not None:
            await self._befall(fault, Loss.AFTER, Loss.HANG_AFTER)
        return web.json_response(found, status=status)

    def _serves(self, resource: Resource) -> bool:
        """Whether that kind is known, if it is one that a definition has to bring."""
        return not resource.custom or self.verbs.store.get(crds.address_of(resource)) is not None

    async def _befall(self, fault: Fault, breaks: Loss, hangs: Loss) -> None:
        if fault.outcome is hangs:
            await asyncio.Event().wait()  # until the client goes, or the server ends
        if fault.outcome is breaks:
            raise Lost

    def _object(self, asked: Asked) -> tuple[int, Object]:
        if asked.verb == "list":
            return 200, self.lists.list(asked)
        if asked.subresource not in ("", "status"):
            raise statuses.no_such_path()
        if asked.resource.plural == "selfsubjectaccessreviews" and asked.verb == "create":
            return 201, self.rbac.review(asked)
        verbs = {
            "get": self.verbs.get,
            "create": self.verbs.create,
            "update": self.verbs.update,
            "patch": self.verbs.patch,
            "delete": self.verbs.delete,
        }
        if asked.verb not in verbs:
            raise statuses.method_not_allowed()
        return verbs[asked.verb](asked)


def _refusal(refused: statuses.Refused) -> web.Response:
    response = web.Response(
        status=refused.status["code"],
        text=json.dumps(refused.status),
        content_type="application/json",
    )
    if refused.retry_after is not None:
        response.headers["Retry-After"] = str(refused.retry_after)
    return response
