"""Which rules of a bucket count as those that tidy it up."""

from typing import Any

import pytest
from support.s3_bucket import BackDoor

from knative_lambda.adapters.s3.probe import Probe

pytestmark = pytest.mark.usefixtures("aws")


async def days(bucket: BackDoor, *rules: Any) -> int | None:
    """After how many days all is removed, as we see it, where the bucket has *rules*."""
    await bucket.s3.put_bucket_lifecycle_configuration(
        Bucket=bucket.name, LifecycleConfiguration={"Rules": list(rules)}
    )
    probe = await Probe.open(bucket.name)
    try:
        return await probe.expiry()
    finally:
        await probe.close()


def rule(days: int, **scope: Any) -> dict[str, Any]:
    return {"ID": f"r{days}", "Status": "Enabled", "Expiration": {"Days": days}, **scope}


@pytest.mark.parametrize(
    "scope",
    [{"Filter": {}}, {"Filter": {"Prefix": ""}}, {"Prefix": ""}],
    ids=["no filter", "a filter without a prefix", "an empty prefix"],
)
async def test_a_rule_for_all_objects_counts(bucket: BackDoor, scope: dict[str, Any]) -> None:
    assert await days(bucket, rule(7, **scope)) == 7


@pytest.mark.parametrize(
    "scope",
    [
        {"Filter": {"Prefix": "logs/"}},
        {"Prefix": "logs/"},
        {"Filter": {"Tag": {"Key": "kind", "Value": "log"}}},
        {"Filter": {"And": {"Prefix": "", "Tags": [{"Key": "kind", "Value": "log"}]}}},
    ],
    ids=["a filter's prefix", "a prefix", "a tag", "several"],
)
async def test_a_rule_for_some_objects_does_not_count(
    bucket: BackDoor, scope: dict[str, Any]
) -> None:
    assert await days(bucket, rule(3, **scope)) is None
    assert await days(bucket, rule(3, **scope), rule(7, Filter={"Prefix": ""})) == 7
