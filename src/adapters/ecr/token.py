"""A token of ECR's; here, so that who shows it need not import the SDK."""

from datetime import datetime

import attrs


@attrs.frozen
class Token:
    """A user and a password, for all repositories that the role may use."""

    user: str
    password: str = attrs.field(repr=False)
    until: datetime
