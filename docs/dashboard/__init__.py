"""The picture of the dashboard: two weeks of the local deployment."""
