import EventSourcing
import Events
import Wire

/// Which step, executor and model the events of a job belong to. Most name an earlier event by its version; the
/// metrics remember those that can be named, under `belongs/<job>/<version / 64>`, with names by their numbers.
///
/// Kept as part of a memo of the job's stream: the rows hold everything that counts.
final class CallPlaces {
    let job: String
    private let stem: String
    /// The row that was used last.
    private var recent: (number: UInt32, cell: RowCell<CallPlacesFile>)?

    init(job: String) {
        self.job = job
        stem = RowKey.join("belongs", RowKey.part(job), "")
    }

    /// The remembered event; nil if it was not one that others name.
    func place(_ version: StreamVersion, in rows: inout Rows) throws(WireError) -> CallPlace? {
        guard version > 0 else { return nil }
        return try cell(holding: version, in: &rows).look { $0.place(version) } ?? nil
    }

    /// Whom the newest output that this tells came from; nil if nobody here made it.
    func author(of output: UInt64, before version: StreamVersion, in rows: inout Rows) throws(WireError) -> CallPlace? {
        var number = version / CallPlacesFile.versionsPerRow
        while true {
            let places = try cell(number, in: &rows).value?.places ?? []
            if let made = places.last(where: { $0.maker != nil && $0.output == output && $0.version < version }) {
                return made.maker == .executor ? made : nil
            }
            guard number > 0 else { return nil }
            number -= 1
        }
    }

    func remember(_ place: CallPlace, _ header: EventHeader, in rows: inout Rows) throws(WireError) {
        var place = place
        place.version = header.version
        try change(header.version, in: &rows) { $0.set(place) }
    }

    /// The model of a task, which its calls tell.
    func setModel(_ model: UInt32, of task: StreamVersion, in rows: inout Rows) throws(WireError) {
        try change(task, in: &rows) { $0.setModel(model, of: task) }
    }

    private func change(
        _ version: StreamVersion, in rows: inout Rows, _ body: (inout CallPlacesFile) -> Void
    ) throws(WireError) {
        rows.change(try cell(holding: version, in: &rows), or: CallPlacesFile(), body)
    }

    private func cell(
        holding version: StreamVersion, in rows: inout Rows
    ) throws(WireError) -> RowCell<CallPlacesFile> {
        try cell(version / CallPlacesFile.versionsPerRow, in: &rows)
    }

    private func cell(_ number: UInt32, in rows: inout Rows) throws(WireError) -> RowCell<CallPlacesFile> {
        if let recent, recent.number == number { return recent.cell }
        let cell: RowCell<CallPlacesFile> = try rows.cell(stem + RowKey.version(number))
        recent = (number, cell)
        return cell
    }
}

/// A ``CallPlacesRow`` to work with: the same bytes, and the sum of its places' fingerprints kept beside it, so that
/// an event costs the places that it changes and not all of them.
struct CallPlacesFile: WireMessage {
    /// Versions of a job that share a row.
    static let versionsPerRow: UInt32 = 64
    /// Room for so many places is made at once.
    private static let placesExpected = 16

    private(set) var places: [CallPlace] = []
    /// It does not tell the order of the places: their versions do.
    private var sum: UInt64 = 0

    init() {}

    init(from reader: inout WireReader) throws(WireError) {
        places = try CallPlacesRow(from: &reader).places
        for place in places { sum &+= place.print }
    }

    func write(to writer: inout WireWriter) { CallPlacesRow(places: places).write(to: &writer) }

    func fingerprint(using _: inout WireWriter) -> UInt64 {
        var print = Fingerprint()
        print.add(UInt64(places.count), sum)
        return print.value
    }

    static func == (a: CallPlacesFile, b: CallPlacesFile) -> Bool { a.places == b.places }

    func hash(into hasher: inout Hasher) { hasher.combine(places) }

    /// The place of an event; nil if it was not one that others name. There are few, and the newest are asked for most.
    func place(_ version: UInt32) -> CallPlace? { index(of: version).map { places[$0] } }

    /// Puts a place behind the others: events come in the order of their versions.
    mutating func set(_ place: CallPlace) {
        if places.isEmpty { places.reserveCapacity(Self.placesExpected) }
        places.append(place)
        sum &+= place.print
    }

    mutating func setModel(_ model: UInt32, of version: UInt32) {
        guard let index = index(of: version), places[index].model != model else { return }
        sum &-= places[index].print
        places[index].model = model
        sum &+= places[index].print
    }

    private func index(of version: UInt32) -> Int? { places.lastIndex { $0.version == version } }
}

extension CallPlace {
    init(
        step: UInt32, executor: UInt32 = 0, about: UInt32 = 0, timeUs: Int64 = 0, why: TaskReason? = nil,
        output: UInt64? = nil, asked: ApprovalKind? = nil, maker: PlaceMaker? = nil
    ) {
        self.init(
            version: 0, step: step, executor: executor, model: 0, about: about, timeUs: timeUs, why: why,
            output: output,
            asked: asked, maker: maker)
    }

    /// Takes in every field.
    fileprivate var print: UInt64 {
        var print = Fingerprint(seed: UInt64(version))
        print.add(UInt64(step) << 32 | UInt64(executor), UInt64(model) << 32 | UInt64(about))
        let reasons =
            UInt64(why?.rawValue ?? 0) << 16 | UInt64(asked?.rawValue ?? 0) << 8 | UInt64(maker?.rawValue ?? 0)
        print.add(UInt64(bitPattern: timeUs), reasons)
        print.add(output ?? 0)
        return print.value
    }
}
