"""A session of AWS's SDK, with no more in its memory than one service needs.

Importing this imports the SDK, which takes long.
"""

from aiobotocore.session import AioSession, get_session


def session_for(service: str) -> AioSession:
    """One whose clients are of *service* alone.

    The SDK reads where each service of AWS is in each region, and keeps it: 4 MB, of which a
    client of ours uses its own part.
    """
    session = get_session()
    endpoints = session.get_component("data_loader").load_data(
        "endpoints"
    )  # it keeps what it gives
    for partition in endpoints["partitions"]:
        services = partition["services"]
        partition["services"] = {service: services[service]} if service in services else {}
    return session
