"""Thirty days of plays: polled, interrupted, imported and reconciled, against the truth."""
