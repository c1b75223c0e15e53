"""The monthly cost of an environment, from measured days and list prices."""
