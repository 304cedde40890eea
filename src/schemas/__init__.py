"""A JSON Schema for each event that is consumed or published, and what these share."""
