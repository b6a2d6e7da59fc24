"""What apps are told of, from what happened: a module for each kind of thing it happened to."""
