import EventSourcing
import Ledger

// W1, W2 and the load of W6: closed loops of appenders, one event a commit.
extension Workloads {
    func append(_ request: Request) async throws -> Answer {
        let ledger = try opened()
        let lanes = request.int("lanes", 1) * request.int("depth", 1)
        while self.lanes.count < lanes { self.lanes.append(nil) }
        let witness = Witness(request.text("witness"))
        witness?.lanes = lanes
        let share = request.int("events") == 0 ? Int.max : (request.int("events") + lanes - 1) / lanes
        // Lanes that own equally many streams draw from one table.
        var tables: [Int: [UInt16]] = [:]
        var starting: [Appender] = []
        for number in 0..<lanes {
            let owned = number < Dataset.streams ? (Dataset.streams - number + lanes - 1) / lanes : 1
            let table = tables[owned] ?? Dataset.drawTable(number, of: lanes)
            tables[owned] = table
            let kept = self.lanes[number].flatMap { $0.lane.lanes == lanes ? $0 : nil }
            starting.append(
                kept
                    ?? Appender(
                        lane: Lane(number, of: lanes, data, draws: table), base: UInt64(request.int("base"))))
        }
        let begin = now()
        let end = deadline(after: request.double("seconds"), from: begin)
        var answer = Answer()
        try await withThrowingTaskGroup(of: (Appender, Answer).self) { group in
            for appender in starting {
                group.addTask {
                    var appender = appender
                    let answer = try await appender.run(ledger, until: end, atMost: share, witness)
                    return (appender, answer)
                }
            }
            for try await (appender, part) in group {
                self.lanes[appender.lane.number] = appender
                answer.add(part)
            }
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }
}

/// One appender: hands over an event, waits until it is durable, and so on.
struct Appender: Sendable {
    var lane: Lane
    let base: UInt64
    private var taken: UInt64 = 0

    init(lane: Lane, base: UInt64) {
        self.lane = lane
        self.base = base
    }

    mutating func run(
        _ ledger: Ledger, until end: UInt64, atMost share: Int, _ witness: Witness?
    ) async throws -> Answer {
        var answer = Answer()
        let data = lane.data
        var start = now()
        while start < end, answer.events < share {
            let number = base + UInt64(lane.number) + taken * UInt64(lane.lanes)
            let stream = lane.stream(number)
            let expected = try lane.version(of: stream, in: ledger)
            let time = wallTime()
            _ = try await ledger.append(
                NewCommit(
                    id: CommitID(time: time, random: (data.mix(~number), data.mix(number ^ 0x1d))), time: time,
                    actor: "bench",
                    appends: [
                        StreamAppend([data.event(number)], to: data.name(stream), expecting: .exactly(expected))
                    ]))
            let done = now()
            answer.latencies.append(done - start)
            answer.events += 1
            lane.moved(stream, by: 1)
            witness?.note(lane.number, expected + 1, number)
            taken += 1
            start = done
        }
        return answer
    }
}
