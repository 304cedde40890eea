"""The pure core: values, the rules over them, and one table of transitions. No clock, no I/O."""
