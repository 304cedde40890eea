"""The pod of a build, seen from inside: its cluster with aiohttp alone, its context and its log."""
