import EventSourcing

/// Says how long vectors will take as soon as that can be told, and how far they have come.
final class VectorPrinter {
    /// What takes less is not told beforehand, in microseconds; and how long it is measured.
    static let announcedMin: Timestamp = 10_000_000
    static let measured: Timestamp = 1_000_000

    private let world: LiveWorld
    private let line: ProgressLine
    /// What was made when it began to measure: what came before was reading.
    private var start: (time: Timestamp, made: Int)?
    private(set) var rate: VectorRate?
    private var isAnnounced = false

    init(world: LiveWorld) {
        self.world = world
        line = ProgressLine(world: world)
    }

    /// - Parameter announces: whether to say beforehand how long it will take.
    func show(_ progress: VectorProgress, announces: Bool) {
        let now = world.now()
        guard let start else {
            start = (now, progress.made)
            return
        }
        let rate = VectorRate(progress, madeLately: progress.made - start.made, microseconds: now - start.time)
        self.rate = rate
        if announces, !isAnnounced, now - start.time >= Self.measured {
            isAnnounced = true
            if rate.left >= Self.announcedMin {
                line.clear()
                Terminal.note(
                    "Vectors: \(rate.words); Ctrl-C keeps what is made, and daybook knowledge index goes on later")
            }
        }
        line.show {
            "\(Format.count(progress.made)) of about \(Format.plural(progress.expected, "vector"))   "
                + "\(Format.count(rate.perSecond))/s   \(VectorRate.about(rate.left)) left"
        }
    }

    func clear() { line.clear() }
}

/// How long the vectors that are missing will take, by how long those took that were made.
struct VectorRate {
    let expected: Int
    let perSecond: Int
    /// In microseconds.
    let left: Timestamp

    init(_ progress: VectorProgress, madeLately: Int, microseconds: Timestamp) {
        let each = Double(max(1, microseconds)) / Double(max(1, madeLately))
        expected = progress.expected
        perSecond = max(1, Int((1_000_000 / each).rounded()))
        left = Timestamp(Double(max(0, progress.expected - progress.made)) * each)
    }

    /// `about 45 min for about 339,600 passages at 125 a second`
    var words: String {
        "\(Self.about(left)) for about \(Format.plural(expected, "passage")) at \(Format.count(perSecond)) a second"
    }

    /// `about 45 min`, `a few seconds`.
    static func about(_ microseconds: Timestamp) -> String {
        let seconds = microseconds / 1_000_000
        if seconds < 10 { return "a few seconds" }
        if seconds < 90 { return "about \(seconds) s" }
        return seconds < 7_200 ? "about \(seconds / 60) min" : "about \(seconds / 3_600) h"
    }
}
