"""Images in Amazon ECR, with aiobotocore."""
