"""Access control of the emulator, and what it lacks of Scheduler and Athena."""
