"""A registry in ECR is known by its host."""

import pytest

from knative_lambda.adapters.ecr.address import EcrAddress, kind_of

HOST = "123456789012.dkr.ecr.eu-west-3.amazonaws.com"


@pytest.mark.parametrize(
    "registry",
    [
        HOST,
        f"{HOST}/a",
        f"{HOST}.cn",
        f"{HOST}.cn/a/b",
        "123456789012.dkr.ecr.eu-west-3.amazonaws.eu",
        "123456789012.dkr.ecr-fips.eu-west-3.amazonaws.com",
        "123456789012.dkr-ecr.eu-west-3.on.aws/a",
        "123456789012.dkr-ecr-fips.eu-west-3.on.aws",
        "123456789012.dkr-ecr.eu-west-3.on.amazonwebservices.com.cn",
    ],
)
def test_what_aws_hosts_is_in_ecr(registry: str) -> None:
    assert kind_of(registry) == "ecr"
    assert EcrAddress.of(registry).account == "123456789012"
    assert EcrAddress.of(registry).region == "eu-west-3"


@pytest.mark.parametrize(
    "registry",
    [
        "localhost:5000",
        "registry.test/a",
        f"{HOST}.evil.test",
        f"{HOST}:443",
        f"evil.test/{HOST}",
        f"{HOST}.cn.cn",
        "public.ecr.aws/acme",
        "123456789012.dkr.ecr.eu-west-3.on.aws",
        "123456789012.dkr-ecr.eu-west-3.amazonaws.com",
        "123456789012.dkrxecr.eu-west-3.amazonaws.com",
        "",
    ],
)
def test_all_else_is_not(registry: str) -> None:
    assert kind_of(registry) == "oci"
    with pytest.raises(ValueError, match=r"must be account\.dkr\.ecr\.region"):
        EcrAddress.of(registry)


def test_repositories_lie_below_the_path() -> None:
    assert EcrAddress.of(HOST).repository("lambda/hello") == "lambda/hello"
    assert EcrAddress.of(f"{HOST}/teams/a").repository("hello") == "teams/a/hello"
