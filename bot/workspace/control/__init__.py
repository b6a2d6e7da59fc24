"""What a test does with a workspace: moves its clock, breaks things, looks inside, begins anew."""
