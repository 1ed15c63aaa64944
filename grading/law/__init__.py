"""The law as data: strict rule packs, resolved for one date."""
