"""Access to the Spotify Web API: client, auth, rate limit, pagination and regime."""
