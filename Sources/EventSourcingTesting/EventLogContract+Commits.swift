import EventSourcing
import Wire

// What an adapter on a distributed engine must do as well: order by the expected head, and settle by the commit's id.
extension EventLogContract {
    static let ordering: [Clause] = [
        Clause("a commit that expects a head which has moved is refused, and nothing of it is written") { log in
            _ = try await log.append(.test(1, [.test("job/a", "x", "y")], expectedHead: 0))
            for (number, head) in [(2, 0), (3, 1), (4, 3)] as [(UInt64, Position)] {
                try expectEqual(
                    try await failure(
                        of: .test(number, [.test("job/b", "z")], expectedHead: head), on: log, "a commit behind \(head)"
                    ),
                    .wrongExpectedHead(expected: head, actual: 2), "failure")
            }
            try expectEqual(try log.head(), 2, "head")
            let receipt = try await log.append(.test(5, [.test("job/b", "z")], expectedHead: 2))
            try expectEqual(receipt.first, 3, "first position")
        },
        Clause("of many that expect the same head one is taken") { log in
            let taken = await withTaskGroup(of: Bool.self) { group in
                for number in 1...50 as ClosedRange<UInt64> {
                    group.addTask {
                        do throws(AppendFailure) {
                            _ = try await log.append(.test(number, [.test("job/\(number)", "x")], expectedHead: 0))
                            return true
                        } catch {
                            return false
                        }
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            try expectEqual(taken, 1, "commits taken")
        },
        Clause("a repeated commit is recognised although the head has moved") { log in
            let commit = NewCommit.test(1, [.test("job/a", "x")], expectedHead: 0)
            _ = try await log.append(commit)
            _ = try await log.append(.test(2, [.test("job/b", "y")]))
            try expectEqual(try await log.append(commit).isRepeat, true, "isRepeat")
        },
        Clause("an unknown outcome is settled by sending the same commit again") { log in
            let fates: [ForgetfulLog.Fate] = [
                .answerLost, .answered, .requestLost, .answered, .answerLost, .requestLost,
            ]
            let forgetful = ForgetfulLog(log, fates: fates)
            for (number, isRepeat) in [(1, true), (2, false), (3, true)] as [(UInt64, Bool)] {
                let commit = NewCommit.test(number, [.test("job/a", "x", expecting: .exactly(UInt32(number - 1)))])
                try expectEqual(try await forgetful.settle(commit).isRepeat, isRepeat, "isRepeat of \(number)")
            }
            try expectEqual(try log.head(), 3, "head")
        },
        Clause("an unknown outcome is told by the commit id") { log in
            let forgetful = ForgetfulLog(log, fates: [.answerLost, .requestLost])
            for number in 1...2 as ClosedRange<UInt64> {
                let failure = try await failure(
                    of: .test(number, [.test("job/a", "x")]), on: forgetful, "a lost answer")
                guard case .outcomeUnknown = failure else { throw ContractViolation(description: "\(failure)") }
            }
            try expectEqual(try log.commit(CommitID(high: 0, low: 1)), 1...1, "the one whose answer was lost")
            try expectEqual(try log.commit(CommitID(high: 0, low: 2)), nil, "the one that never arrived")
        },
        Clause("a commit is one byte string, chained to the one before") { log in
            var before = Wire.Digest(a: 0, b: 0, c: 0, d: 0)
            for number in 1...4 as ClosedRange<UInt64> {
                let receipt = try await log.append(
                    .test(number, [.test("job/a", "x\(number)"), .test("job/\(number)", "y")]))
                guard let record = try log.record(of: receipt.id) else {
                    throw ContractViolation(description: "no record of commit \(number)")
                }
                try expectEqual(record.id, receipt.id, "id")
                try expectEqual(record.first...record.last, receipt.first...receipt.last, "positions")
                try expectEqual(record.before, before, "the digest before commit \(number)")
                before = record.digest
            }
            try expectEqual(try log.record(of: CommitID(high: 9, low: 9)), nil, "an unknown commit")
        },
        Clause("the same commits make the same byte strings on every adapter") { log in
            // Digests of the format, so that no two adapters can part in silence.
            let commits: [NewCommit] = [
                .test(1, [.test("job/a", "x", "y"), .test("job/b", "z")], time: 7),
                .test(2, [.test("job/a", "w", expecting: .exactly(2))], actor: "owner", time: -7),
            ]
            for commit in commits { _ = try await log.append(commit) }
            let bytes = try commits.map { try log.record(of: $0.id).map { Wire.Digest.of($0.bytes).short } }
            try expectEqual(bytes, ["51494499", "868f396a"], "digests of the byte strings")
        },
    ]
}
