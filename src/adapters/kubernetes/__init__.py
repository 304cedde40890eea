"""Kubernetes: what its API takes and gives, as JSON; no module here imports an SDK but `sdk`."""
