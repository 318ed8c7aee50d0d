"""The demonstration: a simulated developer types real files into the real server, twice, with training in between."""
