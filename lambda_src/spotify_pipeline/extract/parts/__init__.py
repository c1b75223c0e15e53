"""Raw parts: fetch what a part needs and write it to S3."""
