"""What mends a role that AWS does not give to us."""

from typing import Final

TRUST: Final = (
    "aws iam get-role --role-name ROLE --query Role.AssumeRolePolicyDocument "
    "must name whom this runs as: aws iam update-assume-role-policy --role-name ROLE "
    "--policy-document file://trust.json"
)
