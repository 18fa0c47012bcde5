import EventSourcing
import Wire

extension EventLogContract {
    static let repeating: [Clause] = [
        Clause("a repeated commit is not written again, and its receipt says so") { log in
            let commit = NewCommit.test(1, [.test("job/a", "x", expecting: .noStream), .test("job/b", "y", "z")])
            _ = try await log.append(commit)
            _ = try await log.append(.test(2, [.test("job/a", "later")]))
            var receipt = try await log.append(commit)
            try expectEqual(receipt.isRepeat, true, "isRepeat")
            try expectEqual(receipt.first, 1, "first position")
            try expectEqual(receipt.last, 3, "last position")
            try expectEqual(
                receipt.streams,
                [
                    Receipt.Written(stream: StreamName("job/a"), before: 0, after: 1),
                    Receipt.Written(stream: StreamName("job/b"), before: 0, after: 2),
                ], "streams")
            try expect(receipt.permit(for: StreamName("job/a"), at: 1) == nil, "a repeat gave a permit")
            try expectEqual(try log.head(), 4, "head")
        },
        Clause("a commit id that was given to other events is refused") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x")]))
            let failure = try await failure(of: .test(1, [.test("job/a", "other")]), on: log, "another commit")
            guard case .invalid = failure else { throw ContractViolation(description: "\(failure)") }
            try expectEqual(try log.head(), 1, "head")
        },
        Clause("the same commit many times at once is written once") { log in
            let firsts = try await withThrowingTaskGroup(of: (Position, Bool).self) { group in
                for _ in 0..<50 {
                    group.addTask {
                        let receipt = try await log.append(.test(1, [.test("job/a", "x", "y")]))
                        return (receipt.first, receipt.isRepeat)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            try expectEqual(firsts.filter { !$0.1 }.count, 1, "receipts of the first time")
            try expect(firsts.allSatisfy { $0.0 == 1 }, "a repeat has another position")
            try expectEqual(try log.head(), 2, "head")
        },
        Clause("a refused commit may come again under its id") { log in
            let commit = NewCommit.test(1, [.test("job/a", "y", expecting: .exactly(1))])
            _ = try await failure(of: commit, on: log, "a commit before its time")
            _ = try await log.append(.test(2, [.test("job/a", "x")]))
            let receipt = try await log.append(commit)
            try expectEqual(receipt.isRepeat, false, "isRepeat")
        },
    ]

    static let reading: [Clause] = [
        Clause("the log is read in order, from any position, up to a limit") { log in
            _ = try await log.append(.test(1, [.test("job/a", "1", "2", "3"), .test("job/b", "4", "5")]))
            try expectEqual(try log.events(after: 0, limit: 2).map(\.position), [1, 2], "the first two")
            try expectEqual(try log.events(after: 3, limit: 10).map(\.position), [4, 5], "behind 3")
            try expectEqual(try log.events(after: 5, limit: 10), [], "behind the last")
            try expectEqual(try log.events(after: .max, limit: .max), [], "behind everything")
            try expectEqual(try log.events(after: 0, limit: 0), [], "none asked")
        },
        Clause("a stream is read oldest first, from any version") { log in
            for number in 1...5 as ClosedRange<UInt64> {
                _ = try await log.append(.test(number, [.test("job/a", "\(number)"), .test("job/b", "other")]))
            }
            let stream = StreamName("job/a")
            let all = try log.events(of: stream, after: 0)
            try expectEqual(all.map(\.version), [1, 2, 3, 4, 5], "versions")
            try expectEqual(all.map(\.payload), (1...5).map { Array("\($0)".utf8) }, "payloads")
            try expect(all.allSatisfy { $0.stream == stream }, "an event of another stream")
            try expectEqual(try log.events(of: stream, after: 3).map(\.version), [4, 5], "behind version 3")
            try expectEqual(try log.events(of: stream, after: 5), [], "behind the last")
            try expectEqual(try log.events(of: stream, after: .max), [], "behind everything")
        },
        Clause("the streams of a category are listed by name, and no others") { log in
            let names = ["job/b", "jobs/x", "job", "job/a", "entry/a", "job/a/deep"]
            for (number, name) in names.enumerated() {
                _ = try await log.append(.test(UInt64(number), [.test(name, "x")]))
            }
            try expectEqual(
                try log.streams(in: "job").map(\.description), ["job", "job/a", "job/a/deep", "job/b"], "job")
            try expectEqual(try log.streams(in: "entry").map(\.description), ["entry/a"], "entry")
            try expectEqual(try log.streams(in: "jo"), [], "jo")
        },
        Clause("a commit is found by its id") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x")]))
            _ = try await log.append(.test(2, [.test("job/a", "y", "z")]))
            try expectEqual(try log.commit(CommitID(high: 0, low: 2)), 2...3, "positions")
            try expectEqual(try log.commit(CommitID(high: 1, low: 2)), nil, "an id never used")
        },
        Clause("artifacts are kept by digest, once, and found by the start of it") { log in
            let contents: [[UInt8]] = [[], [1], Array("draft".utf8), Array(repeating: 7, count: 100_000)]
            _ = try await log.append(.test(1, [.test("job/a", "x")], artifacts: contents))
            _ = try await log.append(.test(2, [.test("job/a", "y")], artifacts: contents))
            for content in contents {
                let digest = Wire.Digest.of(content)
                try expectEqual(try log.artifact(digest), content, "content")
                for length in [1, 2, 7, 8, 64] {
                    let prefix = String(digest.description.prefix(length))
                    try expect(
                        try log.artifacts(startingWith: prefix, limit: 100).contains(digest), "\(prefix) is not found")
                }
            }
            let all = contents.map { Wire.Digest.of($0) }.sorted()
            try expectEqual(try log.artifacts(startingWith: "", limit: 100), all, "all")
            try expectEqual(try log.artifacts(startingWith: "", limit: 2), Array(all.prefix(2)), "two")
            let last = all[all.count - 1].description
            try expectEqual(try log.artifacts(startingWith: last.uppercased(), limit: 9).count, 1, "upper case")
            try expectEqual(try log.artifacts(startingWith: "nothing", limit: 9), [], "no digits")
            try expectEqual(try log.artifacts(startingWith: last + "00", limit: 9), [], "too many digits")
        },
    ]

    static let growing: [Clause] = [
        Clause("who waits is told when the log has grown") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x")]))
            try expectEqual(try await log.grown(beyond: 0), 1, "what is there already")
            async let waited = log.grown(beyond: 1)
            _ = try await log.append(.test(2, [.test("job/a", "y", "z")]))
            try expect(try await waited > 1, "the head is not beyond")
        },
        Clause("waiting ends when it is cancelled") { log in
            let waiting = Task { try await log.grown(beyond: 0) }
            waiting.cancel()
            let result = await waiting.result
            guard case .failure(let error) = result, error is ReadFailure else {
                throw ContractViolation(description: "\(result)")
            }
        },
        Clause("a subscription gives what is there, then what comes, in order and without gaps") { log in
            _ = try await log.append(.test(1, [.test("job/a", "1", "2", "3")]))
            let reading = Task {
                var positions: [Position] = []
                for try await batch in log.subscribe(from: 1, limit: 2) {
                    positions += batch.map(\.position)
                    if positions.count >= 6 { break }
                }
                return positions
            }
            for number in 2...5 as ClosedRange<UInt64> {
                _ = try await log.append(.test(number, [.test("job/b", "x")]))
            }
            try expectEqual(try await reading.value, [2, 3, 4, 5, 6, 7], "positions")
        },
    ]
}
