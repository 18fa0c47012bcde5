import EventSourcing
import Events
import Wire

/// Which step of its job's row an earlier event belongs to: what the board remembers of those that later ones name.
///
/// Kept as part of a memo of the job's stream: the rows hold everything that counts.
final class StepPlaces {
    /// Versions of a job that share a row.
    static let versionsPerRow: UInt32 = 64

    private let stem: String
    /// The row that was used last.
    private var recent: (number: UInt32, cell: RowCell<StepPlacesFile>)?

    init(job: String) { stem = RowKey.join("at", RowKey.part(job), "") }

    /// The remembered event; nil if it was not one that others name.
    func place(_ version: StreamVersion, in rows: inout Rows) throws(WireError) -> StepPlace? {
        guard version > 0 else { return nil }
        return try cell(holding: version, in: &rows).look { $0.place(version) } ?? nil
    }

    func remember(_ place: StepPlace, in rows: inout Rows) throws(WireError) {
        rows.change(try cell(holding: place.version, in: &rows), or: StepPlacesFile()) { $0.append(place) }
    }

    private func cell(
        holding version: StreamVersion, in rows: inout Rows
    ) throws(WireError) -> RowCell<StepPlacesFile> {
        let number = version / Self.versionsPerRow
        if let recent, recent.number == number { return recent.cell }
        let cell: RowCell<StepPlacesFile> = try rows.cell(stem + RowKey.version(number))
        recent = (number, cell)
        return cell
    }
}

/// A ``StepPlacesRow`` to work with: places are only ever added, so its fingerprint grows with them.
struct StepPlacesFile: WireMessage {
    /// Room for so many places is made at once.
    private static let placesExpected = 16

    private var places: [StepPlace] = []
    private var print = Fingerprint()
    private var printed = 0

    init() {}

    init(from reader: inout WireReader) throws(WireError) { places = try StepPlacesRow(from: &reader).places }

    func write(to writer: inout WireWriter) { StepPlacesRow(places: places).write(to: &writer) }

    mutating func fingerprint(using writer: inout WireWriter) -> UInt64 {
        while printed < places.count {
            let place = places[printed]
            print.add(
                UInt64(place.version) << 32 | UInt64(place.step), UInt64(place.effect) << 32 | UInt64(place.about))
            print.add(UInt64(place.asked?.rawValue ?? 0))
            printed += 1
        }
        return print.value
    }

    static func == (a: StepPlacesFile, b: StepPlacesFile) -> Bool { a.places == b.places }

    func hash(into hasher: inout Hasher) { hasher.combine(places) }

    mutating func append(_ place: StepPlace) {
        if places.isEmpty { places.reserveCapacity(Self.placesExpected) }
        places.append(place)
    }

    /// Few places, and the newest are asked for most.
    func place(_ version: UInt32) -> StepPlace? { places.last { $0.version == version } }
}
