"""Objects under `state/`: the plan and checkpoints of a run, the state of a schedule."""
