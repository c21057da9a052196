"""The GeoCatalog of the sandbox: a catalogue for deliveries to Azure, at an address of its own."""
