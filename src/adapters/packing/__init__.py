"""Build contexts as deterministic gzip tar streams: scanned, hashed, packed and unpacked."""
