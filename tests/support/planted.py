"""What lies where a tenant's requests are worked on, and must never be told to a tenant."""

from typing import Final

PASSWORD: Final = "hunter2-of-the-broker"  # noqa: S105 - nobody's
HOST: Final = "node-7.internal.test"
FOLDER: Final = "/var/lib/inner-workings"
INTERNAL: Final = f"dial tcp {HOST}:6443: open {FOLDER}/token: user builder:{PASSWORD} denied"
"""As those who are called may well say."""
