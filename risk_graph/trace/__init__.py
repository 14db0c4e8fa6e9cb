"""Where the metal comes from: balances, origins, pass-through, loops."""
