"""A Netvisor that runs without credentials: for tests, for the demo and for trying the module.

It obeys the public description of the interface and shares no code with the package that builds the messages: its own
validator, its own arithmetic. ``python -m sandbox --port N`` serves it; ``handle.Sandbox`` starts it from Python.
"""
