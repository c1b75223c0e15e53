"""Reports whether an environment is well."""
