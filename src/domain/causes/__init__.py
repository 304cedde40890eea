"""Why a failed build failed, read from what it wrote; the build's own steps may have written it."""
