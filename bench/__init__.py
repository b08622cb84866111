"""What the engine costs beside hand-written SQL for the same rows, measured in one run (`make bench`)."""
