"""The local deployment: an emulator of AWS, a fake Spotify, and the demo."""
