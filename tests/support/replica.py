"""`python replica.py NAME WORLD_PORT`: the real `consume`, whose world is in another process."""

import asyncio
import os
import sys
from argparse import Namespace

from dependency_injector.providers import Object
from support.remote_world import RemotePort, WorldClient

from knative_lambda.entrypoints import connections, consume, log_settings
from knative_lambda.entrypoints.container import Container
from knative_lambda.settings import Settings, from_env

REMOTE = ("records", "contexts", "registry", "runner", "deployer")


class NoCompanion:
    """The sidecars are where the Jobs are."""

    async def run(self) -> None:
        """Nothing to do."""


def main(name: str, world_port: int) -> int:
    """Run until told to stop."""
    client = WorldClient(name, world_port)

    def contained(settings: Settings) -> Container:
        container = Container(settings=settings)
        for port in REMOTE:
            getattr(container, port).override(Object(RemotePort(client, port)))
        container.companion.override(Object(NoCompanion()))
        return container

    setattr(connections, "Container", contained)  # noqa: B010 - a replacement is no attribute of its type
    settings = from_env(os.environ)
    log_settings.configure(settings, quiet=False)
    return asyncio.run(consume.run(Namespace(), settings))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
