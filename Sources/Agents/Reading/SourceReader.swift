import Events
import Foundation
import Jobs
import Transfer
import Wire

/// Reads feeds and folders: what a `read:` step takes in.
///
/// Question: `{"format":1,"sources":[{"feed":"sources/a.xml"},{"folder":"sources/notes"}],"items_max":50}`.
/// Answer: `{"items":[{"id","title","url","published","text","source"}]}`, in the order of the sources; within a feed
/// as it stands there, within a folder by name. A source that cannot be read fails the whole, by its name.
struct SourceReader {
    /// The largest feed, and the largest file, in bytes.
    static let sourceBytesMax = 4 << 20
    /// Items of one answer.
    static let itemsMax: Int64 = 200
    /// Files of one folder.
    static let filesMax = 1_000

    let workspace: WorkspaceFiles
    let allowPrivate: Bool

    func read(_ request: [UInt8], timeoutMs: UInt64) async -> CallResult {
        do throws(ReadingError) {
            let question = try ReadingRequest(request)
            var items: [SourceItem] = []
            for source in question.sources {
                let left = question.itemsMax - items.count
                guard left > 0 else { break }
                switch source {
                case .feed(let place): items += try await feed(place, itemsMax: left, timeoutMs: timeoutMs)
                case .folder(let path): items += try folder(path, itemsMax: left)
                }
            }
            let answer = JSON.fields(("items", .array(items.map(\.json))))
            return .completed(Answer(content: answer.bytes, model: "reader"))
        } catch {
            return error.isCancelled ? .unresolved : .failed(error.failure)
        }
    }

    private func feed(_ place: String, itemsMax: Int, timeoutMs: UInt64) async throws(ReadingError) -> [SourceItem] {
        let isRemote = place.hasPrefix("http://") || place.hasPrefix("https://")
        let name = isRemote ? String(place.prefix { $0 != "?" && $0 != "#" }) : place
        let bytes = isRemote ? try await fetch(place, name: name, timeoutMs: timeoutMs) : try file(place)
        do throws(FeedError) {
            return try FeedParser.items(in: bytes, source: name, itemsMax: itemsMax)
        } catch {
            throw ReadingError(Failure(.malformed, "\(name):\(error)", evidence: bytes))
        }
    }

    private func fetch(_ url: String, name: String, timeoutMs: UInt64) async throws(ReadingError) -> [UInt8] {
        let accepted = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.9, */*;q=0.1"
        let response = await HTTPRequest(
            url: url,
            headers: [HTTPRequest.Header("Accept", accepted), HTTPRequest.Header("User-Agent", "daybook")],
            timeoutMs: timeoutMs, responseBytesMax: Self.sourceBytesMax, followsRedirects: true,
            allowsPrivate: allowPrivate
        ).send()
        if let failure = response.failure {
            throw ReadingError(
                Failure(CallError(failure.kind), "\(name): \(failure.detail)", status: response.status),
                isCancelled: failure.kind == .cancelled)
        }
        guard response.status == 200 else {
            throw ReadingError(
                Failure(
                    CallError(status: response.status), "\(name): it answered \(response.status)",
                    status: response.status, retryAfterMs: response.retryAfterMs, evidence: response.body))
        }
        return response.body
    }

    private func folder(_ path: String, itemsMax: Int) throws(ReadingError) -> [SourceItem] {
        let names: [String]
        do throws(WorkspaceFileError) {
            names = try workspace.names(in: path, endings: [".md", ".txt"], limit: Self.filesMax)
        } catch {
            throw ReadingError(Failure(.missing, error.description))
        }
        var items: [SourceItem] = []
        for name in names.prefix(itemsMax) {
            let place = path.hasSuffix("/") ? path + name : "\(path)/\(name)"
            items.append(NoteFile.item(in: try file(place), path: place))
        }
        return items
    }

    private func file(_ path: String) throws(ReadingError) -> [UInt8] {
        do throws(WorkspaceFileError) {
            return try workspace.read(path, bytesMax: Self.sourceBytesMax)
        } catch {
            throw ReadingError(Failure(.missing, error.description))
        }
    }
}

/// Why nothing was read.
struct ReadingError: Error {
    let failure: Failure
    let isCancelled: Bool

    init(_ failure: Failure, isCancelled: Bool = false) {
        self.failure = failure
        self.isCancelled = isCancelled
    }
}
