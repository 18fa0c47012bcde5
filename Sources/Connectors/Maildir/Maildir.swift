import EventSourcing
import Events
import Jobs
import Wire

/// The connector `maildir`: a mail becomes a file in `new/` (the format of qmail's maildir(5)), and reaches nobody.
///
/// A file is named after the job and the idempotency key, so a key has at most one file, whoever delivers it and
/// however often. Deliveries of one key wait for each other at a lock on its file in `tmp/`.
struct Maildir {
    /// Files are looked for among at most so many of a folder.
    static let filesMax = 1_000_000

    /// Relative to the workspace, as in the settings.
    private let path: String
    private let workspace: String

    init(_ settings: MaildirConnector, workspace: String) {
        path = settings.path
        self.workspace = workspace
    }

    func deliver(_ delivery: Delivery) -> DeliveryReport {
        do {
            try check(delivery)
            for folder in ["tmp", "new", "cur", "archive"] { try makeFolder(absolute(folder)) }
            return .succeeded(receipt: try place(delivery))
        } catch {
            return .failed(error)
        }
    }

    /// Says whether the delivery was made: there is a file, or certainly none.
    func find(_ delivery: Delivery) -> DeliveryReport {
        do {
            try check(delivery)
            if let place = try delivered(delivery) { return .succeeded(receipt: place) }
            return .failed(.missing, "\(path) holds no mail with this key", retryable: true)
        } catch {
            return .failed(error)
        }
    }

    private func check(_ delivery: Delivery) throws(MaildirError) {
        guard StreamName.isValid(id: delivery.job) else {
            throw MaildirError("the job's id \"\(delivery.job)\" cannot name a file", isRetryable: false)
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !path.isEmpty, !path.hasPrefix("/"), !parts.contains("..") else {
            throw MaildirError(
                "the connector's path \"\(path)\" leaves the workspace; write a relative one", isRetryable: false)
        }
    }

    /// Writes the archive, then the mail: once there is a mail, there is all of it.
    private func place(_ delivery: Delivery) throws(MaildirError) -> String {
        let draft = try DurableFile.locked(at: absolute("tmp/\(delivery.idempotencyKey)"))
        if let place = try delivered(delivery) {
            draft.remove()
            return place
        }
        try archive(delivery)
        try draft.replaceContent(with: delivery.message)
        let place = "new/\(delivery.job).\(delivery.idempotencyKey).eml"
        try draft.link(to: absolute(place))
        try syncFolder(absolute("new"))
        draft.remove()
        return "\(path)/\(place)"
    }

    /// Where the mail with this key lies; a mail reader moves it to `cur/` and writes flags behind its name.
    private func delivered(_ delivery: Delivery) throws(MaildirError) -> String? {
        let mark = ".\(delivery.idempotencyKey).eml"
        for folder in ["new", "cur"] {
            let name = try firstName(in: absolute(folder), limit: Self.filesMax) { name in
                name.hasSuffix(mark) || name.contains("\(mark):")
            }
            if let name { return "\(path)/\(folder)/\(name)" }
        }
        return nil
    }

    /// Keeps what the job said as Markdown, once; a message that is none of ours is kept as a mail only.
    private func archive(_ delivery: Delivery) throws(MaildirError) {
        let place = absolute("archive/\(delivery.job).md")
        guard !exists(place), let content = MailContent(of: delivery.message) else { return }
        let draft = try DurableFile.locked(at: absolute("tmp/\(delivery.job).md"))
        // Whoever held the lock before may have written it.
        guard !exists(place) else { return draft.remove() }
        let text = "---\ntitle: \(JSON.string(content.subject))\njob: \(delivery.job)\n---\n\n\(content.body)"
        try draft.replaceContent(with: Array(text.utf8))
        try draft.link(to: place)
        try syncFolder(absolute("archive"))
        draft.remove()
    }

    private func absolute(_ place: String) -> String { "\(workspace)/\(path)/\(place)" }
}

extension DeliveryReport {
    fileprivate static func failed(_ error: MaildirError) -> DeliveryReport {
        .failed(error.isRetryable ? .server : .refused, error.description, retryable: error.isRetryable)
    }
}
