import EventSourcing
import Wire

extension EventLogContract {
    static let appending: [Clause] = [
        Clause("an empty log has nothing") { log in
            try expectEqual(try log.head(), 0, "head")
            try expectEqual(try log.events(after: 0, limit: 10), [], "events")
            try expectEqual(try log.events(of: StreamName("job/a"), after: 0), [], "events of a stream")
            try expectEqual(try log.version(of: StreamName("job/a")), 0, "version")
            try expectEqual(try log.streams(in: "job"), [], "streams")
            try expectEqual(try log.commit(CommitID(high: 0, low: 1)), nil, "commit")
            try expectEqual(try log.artifact(Wire.Digest.of([1])), nil, "artifact")
        },
        Clause("positions are gapless and count from 1, versions count in each stream") { log in
            for number in 1...3 as ClosedRange<UInt64> {
                let receipt = try await log.append(
                    .test(number, [.test("job/a", "x", "y"), .test("job/b", "z")]))
                try expectEqual(receipt.first, number * 3 - 2, "first position")
                try expectEqual(receipt.last, number * 3, "last position")
            }
            let events = try log.events(after: 0, limit: 100)
            try expectEqual(events.map(\.position), Array(1...9), "positions")
            let inA = events.filter { $0.stream == StreamName("job/a") }
            try expectEqual(inA.map(\.version), [1, 2, 3, 4, 5, 6], "versions")
            try expectEqual(inA.map(\.previous), [0, 1, 2, 4, 5, 7], "previous positions")
        },
        Clause("everything given is recorded as it was given") { log in
            let events = [
                NewEvent(type: 7, revision: 3, kind: .observation, payload: [1, 2, 3]),
                NewEvent(type: 8, kind: .decision, payload: [], cause: 0),
            ]
            let commit = NewCommit(
                id: CommitID(high: 5, low: 6), time: -12, actor: "owner",
                appends: [StreamAppend(events, to: StreamName("control"), expecting: .noStream)])
            _ = try await log.append(.test(1, [.test("job/a", "before")]))
            _ = try await log.append(commit)
            let wanted = [
                RecordedEvent(
                    position: 2, stream: StreamName("control"), version: 1, previous: 0, commit: 2, index: 0, type: 7,
                    revision: 3, kind: .observation, time: -12, actor: "owner", causation: 0, payload: [1, 2, 3]),
                RecordedEvent(
                    position: 3, stream: StreamName("control"), version: 2, previous: 2, commit: 2, index: 1, type: 8,
                    revision: 1, kind: .decision, time: -12, actor: "owner", causation: 2, payload: []),
            ]
            try expectEqual(try log.events(after: 1, limit: 10), wanted, "events")
        },
        Clause("a receipt names the streams with their versions before and after") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x")]))
            let receipt = try await log.append(.test(2, [.test("job/a", "y", "z"), .test("job/b", "x")]))
            try expectEqual(
                receipt.streams,
                [
                    Receipt.Written(stream: StreamName("job/a"), before: 1, after: 3),
                    Receipt.Written(stream: StreamName("job/b"), before: 0, after: 1),
                ], "streams")
            try expectEqual(receipt.isRepeat, false, "isRepeat")
        },
        Clause("a receipt gives one permit for each request that it made durable") { log in
            var receipt = try await log.append(.test(1, [.test("job/a", "request")]))
            let stream = StreamName("job/a")
            try expect(receipt.permit(for: stream, at: 1) != nil, "no permit")
            try expect(receipt.permit(for: stream, at: 1) == nil, "a second permit")
            try expect(receipt.permit(for: stream, at: 2) == nil, "a permit for what was not written")
        },
        Clause("many appenders at once each find their own place") { log in
            let count: UInt64 = 200
            let ranges = try await withThrowingTaskGroup(of: ClosedRange<Position>.self) { group in
                for number in 1...count {
                    group.addTask {
                        let receipt = try await log.append(
                            .test(number, [.test("job/\(number % 7)", "x", "y", "z")]))
                        return receipt.first...receipt.last
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let starts = ranges.map(\.lowerBound).sorted()
            try expectEqual(starts, (0..<count).map { $0 * 3 + 1 }, "first positions")
            let events = try log.events(after: 0, limit: 1_000)
            try expectEqual(events.map(\.position), Array(1...count * 3), "positions")
            var versions: [StreamName: StreamVersion] = [:]
            for event in events {
                try expectEqual(event.version, versions[event.stream, default: 0] + 1, "version at \(event.position)")
                versions[event.stream] = event.version
            }
        },
    ]

    static let refusing: [Clause] = [
        Clause("a stale expected version is refused, and nothing of the commit is written") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x")]))
            for (number, expected) in [(2, ExpectedVersion.noStream), (3, .exactly(2))] as [(UInt64, ExpectedVersion)] {
                let commit = NewCommit.test(
                    number, [.test("job/b", "y"), .test("job/a", "z", expecting: expected)], artifacts: [[9, 9]])
                let failure = try await failure(of: commit, on: log, "a stale commit")
                guard case .wrongExpectedVersion(StreamName("job/a"), _, actual: 1) = failure else {
                    throw ContractViolation(description: "\(failure)")
                }
            }
            try expectEqual(try log.head(), 1, "head")
            try expectEqual(try log.version(of: StreamName("job/b")), 0, "version of its other stream")
            try expectEqual(try log.commit(CommitID(high: 0, low: 2)), nil, "its commit id")
            try expectEqual(try log.artifact(Wire.Digest.of([9, 9])), nil, "its artifact")
        },
        Clause("a commit that expects the version as it stands is taken") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x", expecting: .noStream)]))
            _ = try await log.append(.test(2, [.test("job/a", "y", expecting: .exactly(1))]))
            try expectEqual(try log.version(of: StreamName("job/a")), 2, "version")
        },
        Clause("a guard that has moved refuses the commit; one that stands does not") { log in
            let control = StreamName("control")
            _ = try await log.append(
                .test(1, [.test("job/a", "x")], guards: [Guard(control, at: 0)]))
            _ = try await log.append(.test(2, [.test("control", "stop")]))
            let stale = NewCommit.test(3, [.test("job/a", "y")], guards: [Guard(control, at: 0)])
            try expectEqual(
                try await failure(of: stale, on: log, "a stale guard"),
                .guardFailed(stream: control, expected: 0, actual: 1), "failure")
            _ = try await log.append(.test(4, [.test("job/a", "y")], guards: [Guard(control, at: 1)]))
            try expectEqual(try log.head(), 3, "head")
        },
        Clause("of many that expect the same version one is taken") { log in
            let taken = await withTaskGroup(of: Bool.self) { group in
                for number in 1...50 as ClosedRange<UInt64> {
                    group.addTask {
                        do throws(AppendFailure) {
                            _ = try await log.append(.test(number, [.test("job/a", "x", expecting: .noStream)]))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(taken, 1, "commits taken")
            try expectEqual(try log.head(), 1, "head")
        },
        Clause("a commit that breaks a limit is refused as invalid") { log in
            for (what, commit) in invalidCommits {
                let failure = try await failure(of: commit, on: log, what)
                guard case .invalid = failure else {
                    throw ContractViolation(description: "\(what): \(failure) instead of invalid")
                }
            }
            try expectEqual(try log.head(), 0, "head")
        },
    ]

    private static let invalidCommits: [(String, NewCommit)] = [
        ("no events", .test(1, [])),
        ("a stream without events", .test(1, [.test("job/a", "x"), .test("job/b")])),
        ("a stream twice", .test(1, [.test("job/a", "x"), .test("job/a", "y")])),
        ("a name too long", .test(1, [.test(String(repeating: "a", count: StreamName.bytesMax + 1), "x")])),
        ("an empty name", .test(1, [.test("", "x")])),
        ("a name that is not ASCII", .test(1, [.test("job/caf\u{e9}", "x")])),
        ("a cause that comes later", .test(1, [.one(.test("x", cause: 0))])),
        ("an actor too long", .test(1, [.test("job/a", "x")], actor: String(repeating: "a", count: 256))),
        (
            "a payload too large",
            .test(1, [.one(.test(String(repeating: "x", count: NewCommit.payloadBytesMax + 1)))])
        ),
        (
            "too many events",
            .test(
                1,
                (0...NewCommit.eventsMax).map { number in StreamAppend.test("job/\(number)", "x") })
        ),
        (
            "an artifact too large",
            .test(1, [.test("job/a", "x")], artifacts: [Array(repeating: 0, count: NewCommit.artifactBytesMax + 1)])
        ),
    ]
}

extension StreamAppend {
    fileprivate static func one(_ event: NewEvent) -> StreamAppend {
        StreamAppend([event], to: StreamName("job/a"), expecting: .any)
    }
}
