import Events
import Wire

/// What a `read:` step asks for.
struct ReadingRequest {
    let sources: [Source]
    let itemsMax: Int

    enum Source {
        /// A file of the workspace, or an http(s) URL.
        case feed(String)
        case folder(String)
    }

    init(_ bytes: [UInt8]) throws(ReadingError) {
        func wrong(_ what: String) -> ReadingError { ReadingError(Failure(.refused, "the request to read \(what)")) }
        let document: JSON
        do throws(JSONError) {
            document = try JSON(parsing: bytes)
        } catch {
            throw wrong("is not JSON: \(error)")
        }
        guard document["format"]?.integer == 1 else { throw wrong("is not of format 1") }
        var sources: [Source] = []
        for source in document["sources"]?.elements ?? [] {
            if let feed = source["feed"]?.text {
                sources.append(.feed(feed))
            } else if let folder = source["folder"]?.text {
                sources.append(.folder(folder))
            } else {
                throw wrong("names a source that is neither a feed nor a folder")
            }
        }
        self.sources = sources
        let wanted = document["items_max"]?.integer ?? 0
        itemsMax = Int(wanted > 0 ? min(wanted, SourceReader.itemsMax) : SourceReader.itemsMax)
    }
}
