"""Rendering of the templates that come with the package, safe whatever the values hold."""
