"""The processes: each chooses adapters, wires them and runs."""

import gc

# Objects that are made before it is looked for what nobody needs. Most of what is imported stays,
# so that to look as often as Python does by itself takes a tenth of a start.
gc.set_threshold(20_000)
