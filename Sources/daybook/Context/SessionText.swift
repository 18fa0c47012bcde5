import EventSourcing
import Events
import Jobs
import Views
import Wire

/// An exchange in words, as long as there is room.
struct SessionText {
    /// Words that stand, and words that can be cut; the more they weigh, the more room they get.
    private struct Part {
        let head: String
        let text: String
        let weight: Int
    }

    private var parts: [Part] = []

    init(exchange row: ExchangeRow, reading shelf: some ArtifactReader) {
        let place = "\(Self.time(row.atUs)), \(row.job).\(row.step)\(row.item.isEmpty ? "" : " \(row.item)")."
        let asked = Self.words(row.with, shelf)
        add(asked.isEmpty ? place : "\(place) You were asked:", asked, weight: 2)
        for note in row.notes { add("The owner had noted:", Self.words(note, shelf), weight: 1) }
        add(
            row.byPerson ? "You could not, and the owner made it:" : "You answered:", Self.words(row.output, shelf),
            weight: 4)
        guard let verdict = row.verdict else { return }
        let comment = verdict.comment.map { Self.words($0, shelf) } ?? ""
        switch verdict.state {
        case .approved: add("The owner approved it.", "", weight: 0)
        case .edited:
            let percent = max(1, verdict.distanceMillionths / 10_000)
            add(
                "The owner changed \(percent) % of it, to:", verdict.output.map { Self.words($0, shelf) } ?? "",
                weight: 5)
        case .takenOver:
            add("The owner made it instead:", verdict.output.map { Self.words($0, shelf) } ?? "", weight: 5)
        case .rejected: add("The owner rejected it.", "", weight: 0)
        case .responded: add("The owner asked for a change.", "", weight: 0)
        case .open, .expired, .withdrawn: break
        }
        if !comment.isEmpty { add("The owner wrote:", comment, weight: 3) }
    }

    init(job row: SessionJobRow, reading shelf: some ArtifactReader) {
        var words = "\(Self.time(row.lastUs)). \(row.job), which this job continues,"
        switch row.state {
        case .completed: words += " was completed."
        case .cancelled: words += " was cancelled."
        case .failed:
            words += " failed at \(row.failure?.step ?? "its start")."
        case .queued, .running, .awaitingHuman, .parked: words += " is still open."
        }
        add(words, row.failure?.detail ?? "", weight: 2)
        for note in row.notes { add("The owner had noted:", Self.words(note, shelf), weight: 2) }
    }

    private mutating func add(_ head: String, _ text: String, weight: Int) {
        parts.append(Part(head: head, text: text, weight: weight))
    }

    private static func time(_ time: Timestamp) -> String {
        Format.iso(time).prefix(16).replacing("T", with: " ") + " UTC"
    }
}

// MARK: - Cutting
extension SessionText {
    /// The text in at most so many bytes, if its fixed words fit; long parts are cut first.
    func cut(toBytes limit: Int) -> String {
        let fixed = parts.reduce(0) { $0 + $1.head.utf8.count + 2 }
        let rooms = rooms(of: max(0, limit - fixed))
        return zip(parts, rooms).map { part, room in
            let text = Self.cut(part.text, toBytes: room)
            return text.isEmpty ? part.head : "\(part.head) \(text)"
        }.joined(separator: "\n")
    }

    /// Room for each part: by weight, and what one does not need is the others'.
    private func rooms(of room: Int) -> [Int] {
        var rooms = parts.map { _ in 0 }
        var (left, open) = (room, Set(parts.indices.filter { !parts[$0].text.isEmpty }))
        while !open.isEmpty {
            let weights = open.reduce(0) { $0 + parts[$1].weight }
            let unit = left / max(1, weights)
            let small = open.filter { parts[$0].text.utf8.count <= unit * parts[$0].weight }
            guard !small.isEmpty else {
                for index in open { rooms[index] = unit * parts[index].weight }
                break
            }
            for index in small {
                rooms[index] = parts[index].text.utf8.count
                left -= rooms[index]
            }
            open.subtract(small)
        }
        return rooms
    }

    private static func cut(_ text: String, toBytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var cut = ""
        for character in text {
            guard cut.utf8.count + character.utf8.count + 3 <= limit else { break }
            cut.append(character)
        }
        return cut.isEmpty ? "" : cut + "…"
    }

    // MARK: - Contents

    private static func words(_ digest: Digest, _ shelf: some ArtifactReader) -> String {
        guard let bytes = shelf.bytes(digest) else { return "" }
        guard let json = try? JSON(parsing: bytes) else { return oneLine(String(decoding: bytes, as: UTF8.self)) }
        return oneLine(words(json))
    }

    private static func words(_ json: JSON) -> String {
        if let text = json.text { return text }
        if let members = json.members {
            return members.map { "\($0.name): \(words($0.value))" }.joined(separator: "; ")
        }
        return json.elements.map { $0.map(words).joined(separator: ", ") } ?? json.description
    }

    private static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
