"""What others must do for the core: one Protocol a file, its laws in its docstring."""
