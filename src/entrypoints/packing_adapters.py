"""What contexts are packed with: runtimes on an operator's images, and an operator's templates."""

from pathlib import Path

from dependency_injector.containers import DeclarativeContainer
from dependency_injector.providers import Singleton

from knative_lambda.adapters.templates.overrides import TemplatesError, overridden
from knative_lambda.adapters.templates.templates import Templates, ours
from knative_lambda.entrypoints.given import Given
from knative_lambda.entrypoints.imported import Unmade, made
from knative_lambda.settings import SettingsError


def _templates(folder: Path | None) -> Templates:
    if folder is None:
        return ours()
    try:
        return overridden(folder)
    except TemplatesError as error:
        lines = (f"KLB_TEMPLATES_DIR: {str(folder)!r}: {problem}" for problem in error.problems)
        raise SettingsError("\n".join(lines)) from error


class PackingAdapters(DeclarativeContainer):
    """The packer, and the templates that others render too."""

    _set = Given.settings.provided

    templates = Singleton(_templates, _set.templates_dir)
    packer = Singleton(Unmade, made, "adapters.packing.context_builder:ContextBuilder")
    packer.add_kwargs(runtimes=_set.runtime_images, templates=templates)
