"""Images put together from what a registry has and what a context adds, through its API."""
