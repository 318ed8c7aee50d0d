"""What a machine can find out about a suggestion that was taken: how far it climbs, in a sandbox, out of the way."""
