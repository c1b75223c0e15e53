"""Imports plays from Spotify's data exports: files, records without private fields, raw parts."""
