"""The companion of a build: watches how it ends, and says so."""
