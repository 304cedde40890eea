"""Contexts in S3, or in what speaks its language, with aiobotocore."""
