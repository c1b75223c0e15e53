"""The errors of an import."""


class ExportError(Exception):
    """An export, or one of its files, cannot be imported: a sentence with the remedy."""
