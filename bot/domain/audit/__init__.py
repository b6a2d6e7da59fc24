"""The record proves it: entries sealed into chains and one tree, and the checks that find any change."""
