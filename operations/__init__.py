"""What a person does to an environment that is deployed: on AWS and on the emulator alike."""
