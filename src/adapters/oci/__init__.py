"""Images in any registry that speaks the OCI distribution API, with aiohttp."""
