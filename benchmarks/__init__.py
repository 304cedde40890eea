"""Each of these programs answers one question about the service; `make bench` runs all."""
