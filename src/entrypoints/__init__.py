"""The processes: each chooses adapters, wires them and runs."""
