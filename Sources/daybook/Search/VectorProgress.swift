import EventSourcing

/// How far the vectors of what came have come.
struct VectorProgress {
    var made = 0
    /// About how many it will be in all, by what was read so far.
    var expected = 0
}

/// Keeps account of the vectors that are made while an index is brought up to date.
struct VectorAccount {
    private let effort: KnowledgeFinder.Effort
    private let head: Position
    private var progress = VectorProgress()
    /// Known to be missing, with those that were made.
    private var due = 0
    /// The log is read up to here, and was read up to there when the first was missing.
    private var through: Position
    private var partStart: Position
    private var firstDue: Position?
    private(set) var changesMax: Int

    init(_ effort: KnowledgeFinder.Effort, from start: Position, to head: Position) {
        self.effort = effort
        self.head = head
        (through, partStart) = (start, start)
        changesMax =
            if case .all = effort { KnowledgeFinder.changesMax.all } else { KnowledgeFinder.changesMax.first }
    }

    /// A part of the log was read.
    mutating func read(through position: Position) {
        (partStart, through) = (through, position)
        if case .search = effort { changesMax = min(2 * changesMax, KnowledgeFinder.changesMax.search) }
    }

    /// - Throws: `PassageVectors.TooMany`
    mutating func willMake(_ count: Int) throws {
        due += count
        guard case .all = effort else {
            guard due <= KnowledgeFinder.vectorsPerSearchMax else { throw PassageVectors.TooMany() }
            return
        }
        let first = firstDue ?? partStart
        firstDue = first
        let read = max(1, Double(through - first))
        progress.expected = due + Int((Double(due) / read * Double(head - through)).rounded())
    }

    /// - Throws: `PassageVectors.TooMany` if the others are to be left.
    mutating func made(_ count: Int) throws {
        progress.made += count
        if case .all(let tell) = effort, try !tell(progress) { throw PassageVectors.TooMany() }
    }
}
