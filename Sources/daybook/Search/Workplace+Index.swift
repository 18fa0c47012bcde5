import EventSourcing

/// What came of bringing the index up to date.
struct IndexReport {
    let reading: KnowledgeReading
    var progress: VectorProgress
    /// What the other vectors will take, if so many are missing that they were left.
    let left: VectorRate?
}

extension Workplace {
    /// Vectors that are made of more than are wanted, to see how long all would take.
    static let trialVectors = 256

    /// Brings the index up to date, with a vector of every text, and says how long that takes.
    ///
    /// Ctrl-C ends the process, once what is made is kept.
    ///
    /// - Parameter vectorsMax: if more than about so many are missing, few are made, and all is found by words alone.
    func index(vectorsMax: Int = .max) async throws -> IndexReport {
        let printer = VectorPrinter(world: world)
        do {
            return try await Interruption.whileListening {
                var last = VectorProgress()
                let reading = try finder.reading(
                    .all { progress in
                        last = progress
                        let isWanted = progress.expected <= vectorsMax
                        printer.show(progress, announces: isWanted)
                        try Interruption.check()
                        return isWanted || progress.made < Self.trialVectors
                    })
                printer.clear()
                return IndexReport(
                    reading: reading, progress: last, left: last.expected > vectorsMax ? printer.rate : nil)
            }
        } catch let ended as Interruption.Ended {
            printer.clear()
            Terminal.note("Ended; what is made is kept.")
            Terminal.note("Next: daybook knowledge index    goes on from there")
            close()
            Interruption.end(by: ended.signal)
        }
    }
}
