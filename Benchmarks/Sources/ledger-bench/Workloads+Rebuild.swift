import EventSourcing
import Glibc
import JobFixtures
import Ledger
import ViewStore
import Views

// W5: the job board and the metrics, built anew from events as the deciders write them.
extension Workloads {
    /// Events of one commit while a store is filled.
    private static let commitEvents = 2_000

    /// Fills the store with the streams of jobs.
    func fill(_ request: Request) async throws -> Answer {
        let ledger = try opened()
        var traffic = JobTraffic()
        var answer = Answer()
        let begin = now()
        while answer.events < request.int("events") {
            let commit = traffic.commit(events: min(Self.commitEvents, request.int("events") - answer.events))
            answer.events += commit.appends.reduce(0) { $0 + $1.events.count }
            _ = try await ledger.append(commit)
        }
        answer.seconds = Double(now() - begin) / 1e9
        return answer
    }

    /// Builds both views in an empty folder, one on each thread; then each alone, for the shares.
    func rebuild(_ request: Request) async throws -> Answer {
        let ledger = try opened()
        var answer = Answer()
        answer.events = Int(try ledger.head())
        let begin = now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try Self.build(JobBoard(), from: ledger) }
            group.addTask { try Self.build(Metrics(), from: ledger) }
            try await group.waitForAll()
        }
        let taken = now() - begin
        answer.seconds = Double(taken) / 1e9
        answer.latencies.append(taken)
        // On one thread: walking over every record, then each view.
        let walking = now()
        var bytes = 0
        try ledger.forEachEvent(after: 0) { event in
            bytes += event.payload.byteCount
            return true
        }
        let board = now()
        try Self.build(JobBoard(), from: ledger)
        let metrics = now()
        try Self.build(Metrics(), from: ledger)
        let end = now()
        answer.extra.append(("walk_seconds", "\(Double(board - walking) / 1e9)"))
        answer.extra.append(("board_seconds", "\(Double(metrics - board) / 1e9)"))
        answer.extra.append(("metrics_seconds", "\(Double(end - metrics) / 1e9)"))
        return answer
    }

    private static func build(_ projection: some Projection, from ledger: Ledger) throws {
        let folder = "\(ledger.directory)/views-\(type(of: projection))"
        mkdir(folder, 0o700)
        _ = try ViewStore(directory: folder).catchUp(projection, from: ledger)
        if let names = opendir(folder) {
            while let entry = readdir(names) {
                withUnsafePointer(to: &entry.pointee.d_name) { name in
                    name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                        _ = unlink("\(folder)/\(String(cString: name))")
                    }
                }
            }
            closedir(names)
        }
        rmdir(folder)
    }
}
