"""How turns of a season are proposed: points, what is possible, the best choice, and why (docs/decisions/0050)."""
