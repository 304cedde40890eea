"""Every port in memory: for tests, for trying out, and as the model of the other adapters.

They do without an event loop of their own, so a test may step through them call by call.
"""
