"""An answer of ECR's that is no trouble; here, so that who waits for it need not import the SDK."""


class RepositoryMissingError(Exception):
    """There is no such repository."""
