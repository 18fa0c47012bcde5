/// Why the index on disk could not be read or written. Nothing is lost: it is made of the log.
public struct IndexFailure: Error, Hashable, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}
