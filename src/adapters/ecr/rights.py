"""What IAM must permit to whoever pushes to ECR, and pulls from it."""

from typing import Final

PULL: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
PUSH: Final = (
    *("ecr:BatchCheckLayerAvailability", "ecr:InitiateLayerUpload", "ecr:UploadLayerPart"),
    *("ecr:CompleteLayerUpload", "ecr:PutImage"),
    *PULL,
)
SIGN_IN: Final = "ecr:GetAuthorizationToken"
