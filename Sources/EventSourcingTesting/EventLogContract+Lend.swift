import EventSourcing
import Wire

extension EventLogContract {
    static let lending: [Clause] = [
        Clause("events are lent in order, from any position, up to a limit, as they are read") { log in
            _ = try await log.append(.test(1, [.test("job/a", "1", "2", "3"), .test("job/b", "4", "5")]))
            _ = try await log.append(.test(2, [.test("job/a", "6")]))
            let all = try log.events(after: 0, limit: 100)
            for start in 0...7 as ClosedRange<Position> {
                for limit in [0, 1, 2, 100, .max] {
                    var lent: [RecordedEvent] = []
                    let end = try log.forEachEvent(after: start, limit: limit) { event in
                        lent.append(try event.copied())
                        return true
                    }
                    let wanted = Array(all.dropFirst(Int(start)).prefix(limit))
                    try expectEqual(lent, wanted, "behind \(start), \(limit) at most")
                    try expectEqual(end, wanted.last?.position ?? start, "the last position")
                }
            }
            try expectEqual(try log.forEachEvent(after: .max) { _ in true }, .max, "behind everything")
        },
        Clause("lending ends when the body says so, and when it throws") { log in
            _ = try await log.append(.test(1, [.test("job/a", "1", "2", "3")]))
            var positions: [Position] = []
            let end = try log.forEachEvent(after: 0) { event in
                positions.append(event.header.position)
                return event.header.position < 2
            }
            try expectEqual(positions, [1, 2], "positions")
            try expectEqual(end, 2, "the last position")
            struct Stop: Error {}
            do {
                try log.forEachEvent(after: 0) { _ in throw Stop() }
                throw ContractViolation(description: "what the body threw was lost")
            } catch is Stop {}
            do {
                try log.forEachEvent(of: StreamName("job/a"), after: 0) { _ in throw Stop() }
                throw ContractViolation(description: "what the body threw was lost")
            } catch is Stop {}
        },
        Clause("a stream is lent oldest first, from any version, with its number and name") { log in
            for number in 1...5 as ClosedRange<UInt64> {
                _ = try await log.append(.test(number, [.test("job/b", "other"), .test("job/a", "\(number)")]))
            }
            let stream = StreamName("job/a")
            for version in [0, 1, 4, 5, 6, .max] as [StreamVersion] {
                var lent: [RecordedEvent] = []
                try log.forEachEvent(of: stream, after: version) { event in
                    try expectEqual(event.header.stream, 2, "the stream's number")
                    lent.append(try event.copied())
                    return true
                }
                try expectEqual(lent, try log.events(of: stream, after: version), "behind version \(version)")
            }
            var count = 0
            try log.forEachEvent(of: stream, after: 1) { _ in
                count += 1
                return count < 2
            }
            try expectEqual(count, 2, "events before the body had enough")
            try log.forEachEvent(of: StreamName("job/none"), after: 0) { _ in
                throw ContractViolation(description: "a stream that does not exist has an event")
            }
        },
        Clause("who is lent events may read the log meanwhile") { log in
            _ = try await log.append(.test(1, [.test("job/a", "1", "2"), .test("job/b", "3")]))
            try log.forEachEvent(after: 0) { event in
                try expectEqual(
                    try log.events(of: event.stream(), after: event.header.version - 1).first?.position,
                    event.header.position, "the same event, read")
                return true
            }
        },
    ]
}
