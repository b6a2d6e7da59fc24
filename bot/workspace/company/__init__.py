"""The people and channels a workspace starts with: a readable file, and anybody may bring their own."""
