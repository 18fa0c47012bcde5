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

    /// Builds both views in empty folders, one on each thread; then each alone, for what its time goes into.
    func rebuild(_ request: Request) async throws -> Answer {
        let ledger = try opened()
        var answer = Answer()
        answer.events = Int(try ledger.head())
        let folders = ["board", "metrics"].map { Self.emptied("\(ledger.directory)/views-\($0)") }
        let begin = now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { _ = try ViewStore(directory: folders[0]).catchUp(JobBoard(), from: ledger) }
            group.addTask { _ = try ViewStore(directory: folders[1]).catchUp(Metrics(), from: ledger) }
            try await group.waitForAll()
        }
        let taken = now() - begin
        answer.seconds = Double(taken) / 1e9
        answer.latencies.append(taken)
        let board = try Self.shares(of: JobBoard(), from: ledger, in: folders[0])
        let metrics = try Self.shares(of: Metrics(), from: ledger, in: folders[1])
        answer.extra.append(("fold_ns", "{\"board\":\(board),\"metrics\":\(metrics)}"))
        for folder in folders { rmdir(Self.emptied(folder)) }
        return answer
    }

    /// Builds a view once more, with a look at the clock now and then: nanoseconds by kind of work, as JSON.
    private static func shares(of projection: some Projection, from ledger: Ledger, in folder: String) throws -> String
    {
        let timer = FoldTimer(now)
        _ = try ViewStore(directory: emptied(folder)).catchUp(projection, from: ledger, timer: timer)
        let (shares, kinds) = (timer.shares, ["reading", "decoding", "folding", "tracing", "storing"])
        let values = [shares.reading, shares.decoding, shares.folding, shares.tracing, shares.storing]
        return "{\(zip(kinds, values).map { "\"\($0)\":\($1)" }.joined(separator: ","))}"
    }

    /// A folder without files, made if it is not there. To delete the last round's files is no part of a rebuild.
    private static func emptied(_ folder: String) -> String {
        mkdir(folder, 0o700)
        guard let names = opendir(folder) else { return folder }
        defer { closedir(names) }
        while let entry = readdir(names) {
            withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { name in
                    _ = unlink("\(folder)/\(String(cString: name))")
                }
            }
        }
        return folder
    }
}
