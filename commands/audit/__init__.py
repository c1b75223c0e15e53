"""Audits the lock files for known vulnerabilities."""
