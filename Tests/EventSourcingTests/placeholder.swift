// EventSourcing
