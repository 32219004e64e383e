"""The service window: demands taken at a counter, mandates, work orders, packages, receipts, what clients say."""
