"""The use cases: observe, decide, act, settle. Ports and domain; no technology has a name here."""
