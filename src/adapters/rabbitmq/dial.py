"""A connection to a broker, and nothing more: what stands there is not looked at."""

import logging
from pathlib import Path
from typing import Final

import aio_pika
from aio_pika.abc import AbstractConnection
from yarl import URL

from knative_lambda.adapters.rabbitmq import tolerance
from knative_lambda.adapters.rabbitmq.errors import connecting
from knative_lambda.adapters.rabbitmq.trust import trusted

CONNECT_TIMEOUT: Final = 10.0  # seconds
HEARTBEAT: Final = 10  # seconds; a peer that is silent for three of them is gone

tolerance.install()
# Whatever the client logs of a connection is raised too, and told by whoever it concerns.
for _client in ("aio_pika", "aiormq"):
    logging.getLogger(_client).setLevel(logging.CRITICAL)


async def dial(address: str, authority: Path | None) -> AbstractConnection:
    """A new connection to the broker at *address*, which may set its own `heartbeat`.

    Raises:
        SetupError: The credentials, the virtual host or the certificate.
        TransientError: It cannot be reached.
    """
    url = URL(address)
    if "heartbeat" not in url.query:
        url = url.update_query(heartbeat=HEARTBEAT)
    trust = trusted(authority) if url.scheme == "amqps" else None
    connection = aio_pika.Connection(
        url, ssl_context=trust, client_properties={"connection_name": "knative-lambda"}
    )
    with connecting(address):
        try:
            await connection.connect(timeout=CONNECT_TIMEOUT)
        except BaseException:
            await connection.close()  # else it would close itself when it is forgotten
            raise
    return connection
