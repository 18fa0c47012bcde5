import EventSourcing
import LMDB

// The thread of a stream runs from its last event to its first.
extension Tables {
    /// Places collected at a time: four megabytes.
    static let placesMax = 262_144

    /// Where the records of a stream behind a version lie, the oldest first. Every record is checked to be the one
    /// that the thread leads to.
    ///
    /// Of a very long stream the oldest come first; the others are found by asking again behind them.
    func places(
        of stream: StreamName, to head: Head, behind version: StreamVersion, in transaction: borrowing ReadTransaction
    ) throws -> [ValuePlace] {
        var places: [ValuePlace] = []
        var position = head.last
        var expected = head.version
        while expected > version {
            guard let place = try transaction.place(for: position, in: events) else {
                throw LedgerError.damaged("the stream \(stream) leads to @\(position), which is not there")
            }
            guard let record = Record(transaction.bytes(at: place)), record.header.position == position else {
                throw LedgerError.damaged("the record at @\(position) is damaged")
            }
            guard record.header.stream == head.number, record.header.version == expected,
                record.header.previous < position
            else { throw LedgerError.damaged("the stream \(stream) leads astray at @\(position)") }
            if places.count == Self.placesMax { places.removeFirst(Self.placesMax / 2) }
            places.append(place)
            position = record.header.previous
            expected -= 1
        }
        return places.reversed()
    }
}
