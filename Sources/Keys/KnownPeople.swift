import Sealing
import Wire

/// Who has a key, and how their addresses are found in texts.
struct KnownPeople {
    /// The longest local part of an address, and the longest domain, in bytes (RFC 5321, 4.5.3.1).
    private static let localBytesMax = 64
    private static let domainBytesMax = 255

    /// The ids of each, by normal name, sorted.
    private(set) var ids: [String: [SubjectID]] = [:]
    /// Of those that are addresses, by domain and local part.
    private var addresses: [String: [String: [SubjectID]]] = [:]

    /// Paths of keys that cannot be read.
    private(set) var damaged: Set<String> = []

    var count: Int { ids.count }

    mutating func addDamaged(_ path: String) { damaged.insert(path) }

    mutating func add(_ person: String, _ id: SubjectID) {
        ids[person, default: []].append(id)
        ids[person]?.sort()
        let bytes = Array(person.utf8)
        guard let at = bytes.lastIndex(of: UInt8(ascii: "@")) else { return }
        let (local, domain) = (Self.text(bytes[..<at]), Self.text(bytes[(at + 1)...]))
        addresses[domain, default: [:]][local, default: []].append(id)
    }

    /// Whose address stands in a text, whatever it is wrapped in: quotes, marks of Markdown, a link, another script.
    ///
    /// What can be part of an address (RFC 5321, 4.1.2; RFC 6531) can as well stand beside one, as `*ann@example.com*`
    /// and `„ann@example.com“` do. So every end is tried that lies beside a byte that is no letter and no digit: one
    /// too many is better than one too few.
    func named(in clear: [UInt8]) -> Set<SubjectID> {
        guard !addresses.isEmpty else { return [] }
        var found: Set<SubjectID> = []
        for at in clear.indices where clear[at] == UInt8(ascii: "@") {
            for domain in Self.domains(in: clear, behind: at) {
                guard let people = addresses[domain] else { continue }
                for local in Self.locals(in: clear, before: at) { found.formUnion(people[local] ?? []) }
            }
        }
        return found
    }

    private static func domains(in clear: [UInt8], behind at: Int) -> [String] {
        let run = clear[(at + 1)...].prefix(domainBytesMax).prefix { isLabel($0) || $0 >= 0x80 }
        return (run.startIndex..<run.endIndex).map { $0 + 1 }
            .filter { end in
                !isDot(clear[end - 1])
                    && (end == clear.endIndex || !isAlphanumeric(clear[end]) && !isContinuation(clear[end]))
            }
            .map { text(clear[run.startIndex..<$0]) }
    }

    private static func locals(in clear: [UInt8], before at: Int) -> [String] {
        let run = clear[..<at].suffix(localBytesMax).reversed().prefix { isAtom($0) }
        return (at - run.count..<at)
            .filter { start in
                !isDot(clear[start]) && !isContinuation(clear[start])
                    && (start == clear.startIndex || !isAlphanumeric(clear[start - 1]))
            }
            .map { text(clear[$0..<at]) }
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String {
        KeyStore.normal(String(decoding: bytes, as: UTF8.self))
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        isLabel(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte) || byte >= 0x80
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || isDot(byte) || byte == UInt8(ascii: "-")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private static func isDot(_ byte: UInt8) -> Bool { byte == UInt8(ascii: ".") }

    /// Of UTF-8: not the first byte of a character.
    private static func isContinuation(_ byte: UInt8) -> Bool { byte & 0xc0 == 0x80 }
}
