"""Alarms, who hears of them, and the dashboard of an environment."""
