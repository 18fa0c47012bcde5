import EventSourcing

/// A job of this ledger, or of one that was imported, and the log in which it is called so.
struct KeptJob {
    /// What people type: `newsletter-8`, or `import/8f0c21d3a4b5/job/newsletter-8`.
    let name: String
    let job: String
    let log: any EventLog

    init(_ name: String, in log: any EventLog) {
        self.name = name
        guard let (imported, stream) = ImportedLog.split(StreamName(name), in: log), stream.category == "job" else {
            (job, self.log) = (name, log)
            return
        }
        (job, self.log) = (String(stream.id), imported)
    }

    var isImported: Bool { name != job }
}
