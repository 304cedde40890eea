"""Scripts that run alone, in an environment with nothing but what an image holds."""
