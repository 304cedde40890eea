"""Where a registry says that something goes on."""

from yarl import URL

from knative_lambda.adapters.oci.address import Address
from knative_lambda.adapters.oci.answer import Answer
from knative_lambda.adapters.oci.transport import led_to
from knative_lambda.domain.errors import SetupError


def location(address: Address, asked: URL, answer: Answer) -> URL:
    """That of *answer* to *asked*.

    Raises:
        SetupError: There is none, or it is not to be trusted with what an image holds.
    """
    there = led_to(answer.headers, asked)
    if there is None or not address.may_lead_to(there):
        raise SetupError(
            f"{address.title} says that something goes on at a place that is not gone to: it must "
            "be encrypted if the registry is; see what it believes its own address to be"
        )
    return there.with_fragment(None)


def with_digest(url: URL, digest: str) -> URL:
    """*url*, which asks besides for *digest*; what stands in it already is left as it is."""
    text = str(url)
    return URL(f"{text}{'&' if url.raw_query_string else '?'}digest={digest}", encoded=True)
