"""Files from strangers: listed, judged, and written to a folder that nothing leads out of."""
