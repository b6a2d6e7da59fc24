"""What a person does: says, clicks, submits, reacts. The page and the control both act through here."""
