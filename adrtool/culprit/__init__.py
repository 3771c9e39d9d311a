"""Which commit, or which release of a package, made a claim turn."""
