"""The settings of a process of the service: a command that only asks something needs fewer."""

from collections.abc import Iterator, Mapping

import attrs

from knative_lambda.environment import read
from knative_lambda.settings import Settings, SettingsError


@attrs.frozen(kw_only=True)
class ServiceSettings(Settings):
    """What `consume`, `serve` and `reconcile` run by: nothing is missing, and all goes together."""

    def __attrs_post_init__(self) -> None:
        misfits = list(self._misfits())
        if misfits:
            raise SettingsError("\n".join(misfits))

    def _misfits(self) -> Iterator[str]:
        """Each pair of values that do not go together."""
        if self.job_runner == "kubernetes":
            yield from self._misfits_in_a_cluster()
        elif self.job_runner != self.service_deployer:
            names = f"{_name('job_runner')} and {_name('service_deployer')}"
            yield f"{names}: must both be local or both memory: what one makes the other uses"
        runner, images = self.job_runner, self.image_registry
        if runner == "local" and images not in ("auto", "local"):
            yield f"{_name('image_registry')}: must be local for {_name('job_runner')}=local"
        elif images in ("local", "memory") and images != runner:
            builds = f"{_name('job_runner')}={images}"
            yield f"{_name('image_registry')}: {images} is for {builds}: no other can push there"
        if self.job_runner == "local" and self.context_store != "directory":
            yield f"{_name('context_store')}: must be directory for {_name('job_runner')}=local"
        if self.context_store == "s3" and not self.context_bucket:
            yield f"{_name('context_bucket')}: missing: required for {_name('context_store')}=s3"
        if self.event_publisher == "http" and not self.sink:
            yield f"{_name('sink')}: missing: required for {_name('event_publisher')}=http"

    def _misfits_in_a_cluster(self) -> Iterator[str]:
        within = f"for {_name('job_runner')}=kubernetes"
        if not self.sidecar_image:
            yield f"{_name('sidecar_image')}: missing: required {within}"
        if self.context_store != "s3":
            yield f"{_name('context_store')}: must be s3 {within}: its pods reach no other"
        if self.service_deployer != "knative":
            yield f"{_name('service_deployer')}: must be knative {within}: it keeps the records"
        if self.event_publisher == "memory":
            yield f"{_name('event_publisher')}: must be rabbitmq or http {within}"
        yield from self.amounts_too_large()


def service_from_env(variables: Mapping[str, str]) -> ServiceSettings:
    """Read *variables*.

    Raises:
        SettingsError: Naming every variable that is malformed, unknown or missing, or does not go
            with another, and what would be right.
    """
    return read(ServiceSettings, variables)


def _name(field: str) -> str:
    return str(attrs.fields_dict(ServiceSettings)[field].metadata["name"])
