"""What aio-pika raises, in the words of the ports."""

import asyncio
import ssl
from asyncio import CancelledError
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from urllib.parse import unquote

from aio_pika.exceptions import (
    CONNECTION_EXCEPTIONS,
    AuthenticationError,
    ChannelClosed,
    ChannelNotFoundEntity,
    ChannelPreconditionFailed,
    DeliveryError,
    ProbableAuthenticationError,
    PublishError,
)
from aiormq.exceptions import ChannelAccessRefused
from yarl import URL

from knative_lambda.domain.errors import SetupError, TransientError

NOT_ALLOWED: Final = 530  # AMQP's code for it
_MISSING: Final = "NOT_FOUND - no "  # else it is there, and on a node that is not


@contextmanager
def connecting(url: str) -> Iterator[None]:
    """Translate what goes wrong on the way to the broker at *url*; its password is never told.

    Raises:
        SetupError: The credentials, the virtual host or the certificate.
        TransientError: Anything else: the broker may be there later.
    """
    where = URL(url)
    broker = f"RabbitMQ at {where.host}:{where.port}"
    try:
        yield
    except (AuthenticationError, ProbableAuthenticationError) as error:
        message = f"{broker} refuses the user {where.user!r}: set KLB_RABBITMQ_URL to one it knows"
        raise SetupError(message) from error
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        if _untrusted(error):
            message = (
                f"{broker} has a certificate that is not trusted: set KLB_RABBITMQ_CA_FILE "
                "to that of its authority"
            )
            raise SetupError(message) from error
        if error.args[:1] == (NOT_ALLOWED,):
            vhost = unquote(where.raw_path.removeprefix("/")) or "/"
            message = (
                f"{broker} does not let {where.user!r} into the virtual host {vhost!r}: make it, "
                f"and give the user permissions there ({words(error)})"
            )
            raise SetupError(message) from error
        raise TransientError(f"{broker} cannot be reached: {words(error)}") from error
    except CancelledError as error:
        if _is_ours():
            raise
        raise TransientError(f"{broker} cannot be reached: the connection was lost") from error


def _is_ours() -> bool:
    """Whether we are cancelled, and not a task of the client's, as it does when one is lost."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _untrusted(error: BaseException | None) -> bool:
    seen: set[int] = set()  # the client raises errors that are their own causes' cause
    while error is not None and id(error) not in seen:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        seen.add(id(error))
        error = error.__cause__ or error.__context__
    return False


@contextmanager
def declaring(what: str) -> Iterator[None]:
    """Translate what goes wrong while *what* is declared or looked for.

    Raises:
        SetupError: It is not there, is something else, or is not ours to declare.
        TransientError: The broker cannot be reached.
    """
    try:
        with publishing(what):
            yield
    except TransientError as error:
        match error.__cause__:
            case ChannelPreconditionFailed() as cause:
                rule = (
                    "exists already and is another: delete it once it is empty, choose another "
                    "name, or take it as it is with KLB_RABBITMQ_DECLARE=passive"
                )
            case ChannelNotFoundEntity() as cause if _MISSING in words(cause):
                rule = "is missing: declare it, or let us with KLB_RABBITMQ_DECLARE=active"
            case ChannelAccessRefused() as cause:
                rule = (
                    "may not be declared by this user: permit it to configure, or declare it "
                    "yourself and set KLB_RABBITMQ_DECLARE=passive"
                )
            case _:
                raise
        raise SetupError(f"{what} {rule} ({words(cause)})") from error


@contextmanager
def publishing(what: str) -> Iterator[None]:
    """Translate what goes wrong with *what* on an open connection.

    Raises:
        TransientError: Whatever it was.
    """
    try:
        yield
    except PublishError as error:
        raise TransientError(f"{what}: no queue of the broker takes it") from error
    except DeliveryError as error:
        raise TransientError(f"{what}: the broker did not take it") from error
    except (*CONNECTION_EXCEPTIONS, TimeoutError) as error:
        raise TransientError(f"{what}: {words(error)}") from error
    except CancelledError as error:
        if _is_ours():
            raise
        raise TransientError(f"{what}: the connection was lost") from error
    except Exception as error:
        if type(error) is not Exception:
            raise
        # With a bare one the client gives up what is in hand when a connection is closed.
        raise TransientError(f"{what}: the connection was closed") from error


def words(error: BaseException) -> str:
    """What *error* says, in one line."""
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, CancelledError):  # the client does that to itself
        return "no sign of life for too long"
    if isinstance(error, RuntimeError):  # all it says is which object it was
        return "the connection was lost"
    if isinstance(error, ChannelClosed) and len(error.args) > 1:
        return str(error.args[1])
    text = " ".join(str(arg) for arg in error.args) or type(error).__name__
    return " ".join(text.split())[:300]
