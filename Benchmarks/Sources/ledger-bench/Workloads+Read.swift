import EventSourcing
import Glibc
import Ledger

// W4 and W6: reading what is there.
extension Workloads {
    /// Opens the store anew without the copies of long streams that earlier readers left beside the log.
    func forget(_ request: Request) throws {
        close()
        for name in ["streams.mdb", "streams.mdb-lock"] { unlink("\(path(request))/\(name)") }
        try open(request)
    }

    /// Folds the long stream `count` times.
    func rehydrate(_ request: Request) throws -> Answer {
        let ledger = try opened()
        let stream = data.name(Dataset.longStream)
        var answer = Answer()
        var sum: UInt64 = 0
        let begin = now()
        for _ in 0..<request.int("count", 1) {
            let start = now()
            sum = 0
            try ledger.forEachEvent(of: stream, after: 0) { event in
                sum += UInt64(littleEndian: event.payload.unsafeLoadUnaligned(as: UInt64.self))
                answer.events += 1
                return true
            }
            answer.latencies.append(now() - start)
        }
        answer.seconds = Double(now() - begin) / 1e9
        answer.extra.append(("sum", "\(sum)"))
        return answer
    }

    /// Opens a store that a kill left, reads the last event that the first lane saw acknowledged, and then looks for
    /// those of all others.
    func firstRead(_ request: Request) throws -> Answer {
        guard let witness = Witness(request.text("witness")) else { throw Misuse("no witness") }
        var answer = Answer()
        var lost = 0
        let start = now()
        try open(request)
        for lane in 0..<witness.lanes {
            if let last = witness.acknowledged(lane) {
                answer.events += 1
                let name = data.name(Lane(lane, of: witness.lanes, data).stream(last.number))
                let event = try opened().events(of: name, after: last.version - 1).first
                if event.map(number(of:)) != last.number { lost += 1 }
            }
            if lane == 0 { answer.seconds = Double(now() - start) / 1e9 }
        }
        answer.extra.append(("lost", "\(lost)"))
        return answer
    }

    private func number(of event: RecordedEvent) -> UInt64 {
        event.payload.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    }
}
