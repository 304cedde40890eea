"""Folders on their way to a build: packed, put into the context store, and unpacked again."""
