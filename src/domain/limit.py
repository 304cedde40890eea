"""What an event may have to wait for: a closed list."""

from enum import Enum


class Limit(Enum):
    """Limits under which starts are set aside."""

    INTAKE = "intake"
    INTAKE_PER_TENANT = "intake_per_tenant"
    CONTEXTS = "contexts"
    CONTEXTS_PER_TENANT = "contexts_per_tenant"
    ACTIVE = "active"
    ACTIVE_PER_TENANT = "active_per_tenant"
    QUOTA = "quota"  # of the cluster, which nobody here has set
