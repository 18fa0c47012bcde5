import EventSourcing

/// The seeded data: the same events as in Benchmarks/Peers/bench.c, whatever the language.
struct Dataset: Sendable {
    static let payloadBytes = 256
    static let streams = 1_000
    /// In-flight appends at most, each with streams of its own.
    static let lanesMax = 1_024
    /// The stream that an import scatters over the whole log.
    static let longStream = 1_023
    private static let poolCount = 1_024
    private static let draws = 65_536

    private let seed: UInt64
    private let pool: [[UInt8]]
    private let names: [StreamName]

    init(seed: UInt64) {
        self.seed = seed
        let words = UInt64(Self.payloadBytes / 8)
        pool = (0..<UInt64(Self.poolCount)).map { payload in
            (0..<words).flatMap { word in
                let mixed = Self.mix((payload * words + word) << 32, seed: seed)
                return withUnsafeBytes(of: mixed.littleEndian) { Array($0) }
            }
        }
        names = (0...(Self.streams + Self.lanesMax)).map { number in
            let digits = String(number)
            return StreamName(
                category: "bench", id: "s-" + String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits)
        }
    }

    /// The finaliser of SplitMix64.
    private static func mix(_ number: UInt64, seed: UInt64) -> UInt64 {
        var z = seed &+ (number &+ 1) &* 0x9e37_79b9_7f4a_7c15
        z = (z ^ z >> 30) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ z >> 27) &* 0x94d0_49bb_1331_11eb
        return z ^ z >> 31
    }

    func mix(_ number: UInt64) -> UInt64 { Self.mix(number, seed: seed) }

    func name(_ stream: Int) -> StreamName { names[stream] }

    /// 256 bytes, the first 8 of which are the event's number.
    func payload(_ number: UInt64) -> [UInt8] {
        var payload = pool[Int(number % UInt64(Self.poolCount))]
        payload.withUnsafeMutableBytes { $0.storeBytes(of: number.littleEndian, as: UInt64.self) }
        return payload
    }

    /// What Zipf's law (exponent 1) makes of 16 bits of chance, for a lane that owns so many streams.
    static func drawTable(_ lane: Int, of lanes: Int) -> [UInt16] {
        let owned = lane < streams ? (streams - lane + lanes - 1) / lanes : 1
        var total = 0.0
        for rank in 1...owned { total += 1.0 / Double(rank) }
        var rank = 1
        var sum = 1.0
        return (0..<draws).map { draw in
            while rank < owned, sum / total <= (Double(draw) + 0.5) / Double(draws) {
                rank += 1
                sum += 1.0 / Double(rank)
            }
            return UInt16(rank - 1)
        }
    }

    /// One event, as an appender hands it over.
    func event(_ number: UInt64) -> NewEvent { NewEvent(type: 1, kind: .observation, payload: payload(number)) }
}

/// The streams of one appender: nobody else writes to them, so the versions it expects are right.
///
/// Lane `l` of `n` owns the streams l, l + n, l + 2n, …
struct Lane {
    let number: Int
    let lanes: Int
    let data: Dataset
    private let draws: [UInt16]
    private var versions: [Int: StreamVersion] = [:]

    init(_ number: Int, of lanes: Int, _ data: Dataset, draws: [UInt16]? = nil) {
        self.number = number
        self.lanes = lanes
        self.data = data
        self.draws = draws ?? Dataset.drawTable(number, of: lanes)
    }

    func stream(_ event: UInt64) -> Int { number + lanes * Int(draws[Int(data.mix(event) >> 48)]) }

    mutating func version(of stream: Int, in log: some EventLog) throws -> StreamVersion {
        if let version = versions[stream] { return version }
        let version = try log.version(of: data.name(stream))
        versions[stream] = version
        return version
    }

    mutating func moved(_ stream: Int, by count: Int) { versions[stream, default: 0] += StreamVersion(count) }
}
