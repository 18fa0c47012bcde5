import Events
import Wire

/// A ``PlacesRow`` to work with: the same bytes, and the fingerprint of each place kept beside it, so that an event
/// costs the places that it changes and not all of them.
struct Places: WireMessage {
    /// Versions of a job that share a row.
    static let versionsPerRow: UInt32 = 64

    private(set) var places: [PlaceRow] = []
    private var prints = PartPrints()

    init() {}

    init(from reader: inout WireReader) throws(WireError) {
        places = try PlacesRow(from: &reader).places
        prints = PartPrints(count: places.count)
    }

    func write(to writer: inout WireWriter) { PlacesRow(places: places).write(to: &writer) }

    mutating func fingerprint(using writer: inout WireWriter) -> UInt64 {
        prints.sum(of: places) { _, place in place.fingerprint(using: &writer) }
    }

    static func == (a: Places, b: Places) -> Bool { a.places == b.places }

    func hash(into hasher: inout Hasher) { hasher.combine(places) }
}

extension Places {
    /// The place of an event; nil if it was not one that others name.
    subscript(version: UInt32) -> PlaceRow? { index(of: version).map { places[$0] } }

    /// Puts a place in the order of versions. Nearly always it comes last.
    mutating func set(_ place: PlaceRow) {
        if let index = index(of: place.version) {
            places[index] = place
            prints.open(index)
        } else if let last = places.last, last.version > place.version {
            let index = places.firstIndex { $0.version > place.version } ?? places.endIndex
            places.insert(place, at: index)
            prints = PartPrints(count: places.count)
        } else {
            places.append(place)
            prints.append()
        }
    }

    /// The model of a place, which its calls tell.
    mutating func setModel(_ model: String, of version: UInt32) {
        guard let index = index(of: version), places[index].model != model else { return }
        places[index].model = model
        prints.open(index)
    }

    /// Few places, and the newest are asked for most.
    private func index(of version: UInt32) -> Int? { places.lastIndex { $0.version == version } }
}

/// The fingerprints of a value's parts and their sum, computed anew only for parts that were opened.
struct PartPrints: Sendable {
    private var prints: [UInt64] = []
    private var opened: [Int] = []
    private var total: UInt64 = 0

    /// Of so many parts, all to be computed.
    init(count: Int = 0) {
        prints = Array(repeating: 0, count: count)
        opened = Array(0..<count)
    }

    var count: Int { prints.count }

    /// One more part behind the others.
    mutating func append() {
        opened.append(prints.count)
        prints.append(0)
    }

    /// Says that a part is about to change, or did.
    mutating func open(_ index: Int) {
        guard prints[index] != 0 else { return }
        total &-= prints[index]
        prints[index] = 0
        opened.append(index)
    }

    /// The sum of the fingerprints of all parts. It does not tell their order, so a part must tell its place.
    mutating func sum<Part>(of parts: [Part], _ part: (Int, borrowing Part) -> UInt64) -> UInt64 {
        // Where they lie: a part is not copied to be looked at.
        let parts = parts.span
        for index in opened where prints[index] == 0 {
            let computed = max(part(index, parts[index]), 1)
            prints[index] = computed
            total &+= computed
        }
        opened.removeAll(keepingCapacity: true)
        return total
    }
}
