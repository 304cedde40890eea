"""What the adapters of AWS share."""
