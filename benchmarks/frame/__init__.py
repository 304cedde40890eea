"""What the programs share: how they measure, and how they tell."""
