"""What the world says about places, and how it is laid over the nodes. Knows neither the trace nor a rule."""
