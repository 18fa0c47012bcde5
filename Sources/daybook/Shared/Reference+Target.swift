import Coordinator
import EventSourcing
import Events
import Jobs
import Sealing
import Wire

extension Reference {
    /// The thing in the ledger that a reference names.
    enum Target: Equatable {
        case event(Position)
        case job(String)
        case step(job: String, step: String)
        /// An event of a job, by its version: the id of an approval, for instance.
        case jobEvent(job: String, version: StreamVersion)
        case entry(String)
        case entryVersion(String, StreamVersion)
        /// Bytes that the ledger keeps.
        case artifact(Digest)
        /// Digits of a hash that no kept bytes have; a request or a mail that can be computed again may have it.
        case digits(String)
    }

    /// Finds what is named.
    ///
    /// - Throws: `Complaint`: not found, or (usage) ambiguous, with the candidates.
    func target(in log: some EventLog) throws -> Target {
        switch form {
        case .position(let position):
            let head = try log.head()
            guard position <= head else {
                throw Complaint("there is no event @\(position); the last is @\(head)", status: .notFound)
            }
            return .event(position)
        case .version(let name, let version): return try target(name, version, in: log)
        case .name(let name): return try target(name, in: log)
        case .imported(let stream):
            guard let first = try log.events(of: stream, after: 0).first else { throw missing }
            return .event(first.position)
        }
    }

    private func target(_ name: String, _ version: StreamVersion, in log: some EventLog) throws -> Target {
        let ofJob = try log.version(of: JobSession.stream(of: name))
        let ofEntry = try log.version(of: StreamName(category: "entry", id: name))
        if ofJob > 0, ofEntry > 0 { throw ambiguous(["the job \(name)", "the knowledge entry \(name)"]) }
        let last = max(ofJob, ofEntry)
        guard last > 0 else { throw missing }
        guard version <= last else {
            throw Complaint("\(name) has no version \(version); the last is \(name)@\(last)", status: .notFound)
        }
        return ofJob > 0 ? .jobEvent(job: name, version: version) : .entryVersion(name, version)
    }

    private func target(_ name: String, in log: some EventLog) throws -> Target {
        var found: [(target: Target, words: String)] = []
        if try log.version(of: JobSession.stream(of: name)) > 0 { found.append((.job(name), "the job \(name)")) }
        if try log.version(of: StreamName(category: "entry", id: name)) > 0 {
            found.append((.entry(name), "the knowledge entry \(name)"))
        }
        if let (job, step) = try step(name, in: log) {
            found.append((.step(job: job, step: step), "the step \(step) of \(job)"))
        }
        // A name that means something is never taken for a hash.
        if found.isEmpty, Self.isDigits(name) { return try hash(name.lowercased(), in: log) }
        guard let first = found.first else { throw missing }
        guard found.count == 1 else { throw ambiguous(found.map(\.words)) }
        return first.target
    }

    /// The job and the step of `newsletter-8.draft`; ids may hold dots themselves.
    private func step(_ name: String, in log: some EventLog) throws -> (job: String, step: String)? {
        for dot in name.indices.reversed() where name[dot] == "." {
            let job = String(name[..<dot])
            guard try log.version(of: JobSession.stream(of: job)) > 0 else { continue }
            let step = String(name[name.index(after: dot)...])
            let steps = try JobSession(job, in: log, NoKeys()).state.definitions?.flow.steps.map(\.id)
            guard steps?.contains(step) ?? true else {
                throw Complaint(
                    "\(job) has no step \(step)", hint: "its steps are \((steps ?? []).joined(separator: ", "))",
                    status: .notFound)
            }
            return (job, step)
        }
        return nil
    }

    private func hash(_ digits: String, in log: some EventLog) throws -> Target {
        let found = try log.artifacts(startingWith: digits, limit: Self.candidatesMax + 1)
        guard found.count < 2 else { throw Self.ambiguous(digits, found) }
        return found.first.map { .artifact($0) } ?? .digits(digits)
    }

    // MARK: - Complaints

    /// For hashes that begin with the same digits.
    static func ambiguous(_ digits: String, _ candidates: [Digest]) -> Complaint {
        let more = candidates.count > candidatesMax ? " and more" : ""
        let list = candidates.prefix(candidatesMax).map { String($0.description.prefix(16)) }.joined(separator: ", ")
        return Complaint("\(digits) is ambiguous", hint: "it begins \(list)\(more)", status: .usage)
    }

    private func ambiguous(_ candidates: [String]) -> Complaint {
        Complaint("\(text) is ambiguous", hint: "it is \(candidates.joined(separator: ", or "))", status: .usage)
    }

    /// For a reference of which nothing is known.
    var missing: Complaint {
        Complaint(
            "nothing here is called \(text)", hint: "daybook job list, daybook knowledge list, daybook log",
            status: .notFound)
    }
}
