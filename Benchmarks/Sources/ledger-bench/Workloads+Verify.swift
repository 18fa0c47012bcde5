import Ledger

// W7: showing that everything is as it was, and that one event is among it.
extension Workloads {
    /// Verifies a store that is not open.
    func verify(_ request: Request) throws -> Answer {
        close()
        var answer = Answer()
        let start = now()
        let found = try Ledger.verify(at: path(request))
        answer.seconds = Double(now() - start) / 1e9
        answer.events = Int(found.events)
        guard found.isOK else { throw Misuse("the ledger is not whole: \(found.problems)") }
        answer.note("root", "\(found.root)")
        return answer
    }

    /// Proves `count` events by chance, and checks each proof as a stranger would, with the log's key alone.
    func proof(_ request: Request) throws -> Answer {
        let ledger = try opened()
        let signed = try ledger.signedCheckpoint()
        guard let key = try ledger.verifierKey() else { throw Misuse("the ledger has no key") }
        var answer = Answer()
        var bytes = 0
        var checking: UInt64 = 0
        let begin = now()
        for number in 0..<UInt64(request.int("count", 1)) {
            let position = data.mix(number) % signed.checkpoint.size + 1
            let start = now()
            let text = try ledger.proof(of: position, in: signed).text
            let done = now()
            answer.latencies.append(done - start)
            try EventProof(Array(text.utf8)).verify(with: key)
            checking += now() - done
            bytes = max(bytes, text.utf8.count)
            answer.events += 1
        }
        answer.seconds = Double(now() - begin) / 1e9
        answer.extra.append(("proof_bytes", "\(bytes)"))
        answer.extra.append(("checking_ns", "\(checking / UInt64(max(answer.events, 1)))"))
        return answer
    }
}
