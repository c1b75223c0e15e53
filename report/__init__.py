"""The report on the saved queries: one self-contained HTML page. Nothing here reaches AWS."""
