"""The way in: one strict front for signed requests and for sockets, and everything kept before it is answered."""
