"""Lists: of which objects, at which version, and in which pieces."""

import base64
import json

import attrs
from support.kubernetes import selectors, statuses
from support.kubernetes.requests import Asked
from support.kubernetes.resources import Object
from support.kubernetes.store import Store


def selected(asked: Asked) -> selectors.Selects:
    """Which objects a list or a watch is about, apart from their namespace."""
    by_labels = selectors.by_labels(asked.query.get("labelSelector", ""))
    by_fields = selectors.by_fields(asked.query.get("fieldSelector", ""), asked.resource)
    return lambda found: (
        (not asked.name or found["metadata"]["name"] == asked.name)
        and by_labels(found)
        and by_fields(found)
    )


@attrs.frozen
class Lists:
    """Answers lists."""

    store: Store

    def list(self, asked: Asked) -> Object:
        """One piece, or all.

        Raises:
            Refused: A selector cannot be read, or the version is forgotten.
        """
        limit = int(asked.query.get("limit") or 0)
        version, start = self.store.version, 0
        if token := asked.query.get("continue"):
            version, start = self._continued(token)
            found = self.store.at_version(asked.resource, asked.namespace, version)
        else:
            self._too_large(asked)
            found = self.store.all(asked.resource, asked.namespace)
        selects = selected(asked)
        found = [each for each in found if selects(each)]
        end = start + limit if limit else len(found)
        metadata: Object = {"resourceVersion": str(version)}
        if end < len(found):
            metadata["continue"] = base64.b64encode(json.dumps([version, end]).encode()).decode()
            metadata["remainingItemCount"] = len(found) - end
        return {
            "kind": f"{asked.resource.kind}List",
            "apiVersion": asked.resource.api_version,
            "metadata": metadata,
            "items": [self._item(asked, each) for each in found[start:end]],
        }

    def _item(self, asked: Asked, found: Object) -> Object:
        """The built-in kinds leave kind and version out of a list's items."""
        if asked.resource.custom:
            return found
        return {name: value for name, value in found.items() if name not in ("kind", "apiVersion")}

    def _continued(self, token: str) -> tuple[int, int]:
        try:
            version, start = json.loads(base64.b64decode(token))
        except ValueError as error:
            raise statuses.bad_request("continue key is not valid") from error
        if version < self.store.compacted:
            raise statuses.expired(
                "The provided continue parameter is too old to display a consistent list result."
                " You must start a new list without the continue parameter."
            )
        return version, start

    def _too_large(self, asked: Asked) -> None:
        version = asked.query.get("resourceVersion") or "0"
        if not version.isdecimal():
            problem = f'resourceVersion: Invalid value: "{version}": invalid syntax'
            raise statuses.invalid(asked.resource, "", [problem])
        if int(version) > self.store.version:
            raise statuses.Refused(
                statuses.status(
                    504,
                    "Timeout",
                    f"Too large resource version: {version}, current: {self.store.version}",
                    {
                        "causes": [
                            {
                                "reason": "ResourceVersionTooLarge",
                                "message": "Too large resource version",
                            }
                        ],
                        "retryAfterSeconds": 1,
                    },
                ),
                retry_after=1,
            )
