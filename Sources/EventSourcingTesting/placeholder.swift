// EventSourcingTesting
