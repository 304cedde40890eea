"""Events over HTTP: in, with an answer each, and out."""
