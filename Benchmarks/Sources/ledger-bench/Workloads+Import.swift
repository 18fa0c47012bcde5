import EventSourcing
import Ledger

// W3, and the filling of W4 to W7: many events a commit, each commit durable before its importer's next one.
extension Workloads {
    func importEvents(_ request: Request) async throws -> Answer {
        let ledger = try opened()
        let importers = request.int("lanes", 1)
        let begin = now()
        var answer = Answer()
        try await withThrowingTaskGroup(of: Answer.self) { group in
            for number in 0..<importers {
                let importer = Importer(
                    lane: Lane(number, of: importers, data), batch: request.int("batch", 1_024),
                    every: UInt64(request.int("every")), events: UInt64(request.int("events")))
                group.addTask {
                    var importer = importer
                    return try await importer.run(ledger)
                }
            }
            for try await part in group { answer.add(part) }
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }
}

struct Importer: Sendable {
    var lane: Lane
    let batch: Int
    /// Each event with such a number goes to the long stream; 0 for none.
    let every: UInt64
    let events: UInt64

    mutating func run(_ ledger: Ledger) async throws -> Answer {
        var answer = Answer()
        var number = UInt64(lane.number)
        while number < events {
            let start = now()
            let commits = try nextCommits(&number, ledger)
            if commits.count == 1 {
                _ = try await ledger.append(commits[0])
            } else {
                // A batch that is larger than a commit may be: its parts go to the writer together.
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for commit in commits { group.addTask { _ = try await ledger.append(commit) } }
                    try await group.waitForAll()
                }
            }
            answer.latencies.append(now() - start)
            answer.events += commits.reduce(0) { $0 + $1.appends.reduce(0) { $0 + $1.events.count } }
        }
        return answer
    }

    /// The next batch, by stream, in as many commits as its size needs.
    private mutating func nextCommits(_ number: inout UInt64, _ ledger: Ledger) throws -> [NewCommit] {
        let first = number
        var places = [Int](repeating: -1, count: Dataset.streams + Dataset.lanesMax)
        var groups: [(stream: Int, events: [NewEvent])] = []
        var count = 0
        while count < batch, number < events {
            let stream = every > 0 && number % every == 0 ? Dataset.longStream : lane.stream(number)
            if places[stream] < 0 {
                places[stream] = groups.count
                groups.append((stream, []))
            }
            groups[places[stream]].events.append(lane.data.event(number))
            number += UInt64(lane.lanes)
            count += 1
        }
        var parts: [[StreamAppend]] = [[]]
        var size = 0
        for group in groups {
            if size + group.events.count > NewCommit.eventsMax {
                parts.append([])
                size = 0
            }
            size += group.events.count
            let expected = try lane.version(of: group.stream, in: ledger)
            parts[parts.count - 1].append(
                StreamAppend(group.events, to: lane.data.name(group.stream), expecting: .exactly(expected)))
            lane.moved(group.stream, by: group.events.count)
        }
        let time = wallTime()
        return parts.enumerated().map { index, appends in
            let chance = (lane.data.mix(~first &- UInt64(index)), lane.data.mix(first ^ 0x1d &+ UInt64(index)))
            return NewCommit(id: CommitID(time: time, random: chance), time: time, actor: "bench", appends: appends)
        }
    }
}
