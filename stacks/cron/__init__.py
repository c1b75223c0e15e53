"""Cron expressions of EventBridge: their check, their times and the gaps between these."""
