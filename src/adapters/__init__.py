"""The technologies: one a package; their types and errors stay inside."""
