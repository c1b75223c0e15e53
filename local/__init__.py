"""What stands in for AWS and Spotify on one machine, and the demo."""
