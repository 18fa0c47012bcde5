import Events
import Wire

/// Which steps of their job's row earlier events belong to, for events that name them by version: a
/// ``StepPlacesRow`` to work with. Places are only ever added, so its fingerprint grows with them.
///
/// Those of a job's first events stand in the job's own row, which nearly every event changes anyway.
struct StepPlaces: WireMessage {
    /// Versions of a job that share a row.
    static let versionsPerRow: UInt32 = 64
    /// Room for so many places is made at once.
    private static let placesExpected = 16

    private(set) var places: [StepPlace]
    private var print = Fingerprint()
    private var printed = 0

    init(_ places: [StepPlace] = []) { self.places = places }

    init(from reader: inout WireReader) throws(WireError) { places = try StepPlacesRow(from: &reader).places }

    func write(to writer: inout WireWriter) { StepPlacesRow(places: places).write(to: &writer) }

    mutating func fingerprint(using _: inout WireWriter) -> UInt64 { fingerprint() }

    mutating func fingerprint() -> UInt64 {
        while printed < places.count {
            let place = places[printed]
            print.add(
                UInt64(place.version) << 32 | UInt64(place.step), UInt64(place.effect) << 32 | UInt64(place.about))
            print.add(UInt64(place.asked?.rawValue ?? 0), place.madeOf)
            printed += 1
        }
        return print.value
    }

    static func == (a: StepPlaces, b: StepPlaces) -> Bool { a.places == b.places }

    func hash(into hasher: inout Hasher) { hasher.combine(places) }

    mutating func append(_ place: StepPlace) {
        if places.isEmpty { places.reserveCapacity(Self.placesExpected) }
        places.append(place)
    }

    /// Few places, and the newest are asked for most.
    func place(_ version: UInt32) -> StepPlace? { places.last { $0.version == version } }
}

extension StepPlace {
    /// Of an event that is no effect and no approval.
    init(step: UInt32, version: UInt32, madeOf: UInt64 = 0) {
        self.init(version: version, step: step, effect: 0, about: 0, madeOf: madeOf)
    }

    /// The step alone, as a set. One beyond the 64th counts as all: then more is taken to hang together than does.
    static func set(of step: UInt32) -> UInt64 {
        switch step {
        case 0: 0
        case 1...64: 1 << UInt64(step - 1)
        default: .max
        }
    }

    /// This step and what it was made of, as a set.
    var withSources: UInt64 { madeOf | Self.set(of: step) }
}
