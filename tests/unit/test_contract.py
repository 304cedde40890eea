"""Contract suites cannot be softened by those that must keep them."""

from abc import abstractmethod

import pytest
from contracts.contract import Contract


class Lawful(Contract):
    @abstractmethod
    def backdoor(self) -> str: ...

    def test_law(self) -> None:
        assert self.backdoor()


@pytest.mark.parametrize("softened", [lambda _self: None, None])
def test_a_subclass_that_redefines_a_law_is_refused(softened: object) -> None:
    with pytest.raises(TypeError, match="Soft redefines test_law"):
        type("Soft", (Lawful,), {"test_law": softened})


def test_a_law_is_no_softer_two_steps_away() -> None:
    between = type("Between", (Lawful,), {"backdoor": lambda _self: "open"})
    with pytest.raises(TypeError, match="redefines test_law"):
        type("Soft", (between,), {"test_law": lambda _self: None})


def test_a_subclass_may_add_laws_and_must_open_the_back_doors() -> None:
    more = type("More", (Lawful,), {"test_other": lambda _self: None})
    with pytest.raises(TypeError, match="backdoor"):
        more()
    kept = type("Kept", (more,), {"backdoor": lambda _self: "open"})
    kept().test_law()
