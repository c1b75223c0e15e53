"""Operations on a deployed environment, on AWS and on the emulator."""
