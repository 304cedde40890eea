"""Tenants' sources from the network: whatever they name, only what is allowed is reached."""
