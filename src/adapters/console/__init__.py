"""The console: one read-only place that shows operators builds, functions and dead letters."""
