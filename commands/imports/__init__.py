"""make import: plays of Spotify's data exports become raw parts of the environment."""
