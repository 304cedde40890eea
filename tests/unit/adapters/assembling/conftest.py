import pytest
from support.assembling import Workshop


@pytest.fixture
def workshop() -> Workshop:
    """One whose base is where its name says."""
    workshop = Workshop()
    workshop.push_base()
    return workshop
