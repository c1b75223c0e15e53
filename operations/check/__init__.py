"""Reports whether an environment's sources are readable and fit the quota."""
