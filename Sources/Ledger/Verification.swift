public import EventSourcing
public import Wire

extension Ledger {
    /// What was found when everything was hashed again.
    public struct Verification: Sendable, Hashable {
        /// Problems that are listed; more are counted.
        public static let problemsMax = 100

        /// One thing that is not as it was or should be.
        public struct Problem: Sendable, Hashable, CustomStringConvertible {
            /// Where in the log; nil for what lies elsewhere.
            public let position: Position?
            public let words: String

            public var description: String { position.map { "@\($0): \(words)" } ?? words }
        }

        /// The events, which is also the last position.
        public internal(set) var events: Position = 0
        public internal(set) var commits = 0
        public internal(set) var streams = 0
        public internal(set) var artifacts = 0
        /// The bytes of all kept artifacts.
        public internal(set) var artifactBytes = 0
        /// The root of the tree over all events, computed anew (RFC 6962).
        public internal(set) var root = Merkle.emptyRoot
        /// The signed checkpoint that it was compared with; nil if there was none.
        public internal(set) var checkpoint: Checkpoint?
        public internal(set) var problems: [Problem] = []
        /// Problems beyond those listed.
        public internal(set) var problemsOmitted = 0

        public var isOK: Bool { problems.isEmpty }

        /// The number of problems, listed or not.
        var count: Int { problems.count + problemsOmitted }

        /// Takes in the problems of a part.
        mutating func add(_ part: Self) {
            for problem in part.problems { note(problem.words, at: problem.position) }
            problemsOmitted += part.problemsOmitted
        }

        mutating func note(_ words: String, at position: Position? = nil) {
            guard problems.count < Self.problemsMax else {
                problemsOmitted += 1
                return
            }
            problems.append(Problem(position: position, words: words))
        }
    }
}
