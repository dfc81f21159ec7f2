"""Agriculture: livestock by head (`livestock`, `manure`), crops by area, nitrogen and straw (`crops`), input (`tables`)."""
