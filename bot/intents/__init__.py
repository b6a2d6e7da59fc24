"""The external systems as plain data: their facts, what can be looked up, what can be changed."""
