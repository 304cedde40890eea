"""The function wrapper: it turns HTTP requests into calls of the tenant's handler."""
